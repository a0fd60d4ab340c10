"""Built-ins of strings: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_SUBSTRING = holds(r"""
substring("foobar", 3) → "obar"
substring("foobar", 3, 3) → "oba"
substring("foobar", -2, 1) → "a"
substring("foobar", -6) → "foobar"
substring("foobar", 6, 1) → "r"
substring("foobar", 0) → null
substring("foobar", 7) → null
substring("foobar", -7) → null
substring("foobar", 3, 0) → null
substring("foobar", 3, 5) → null
substring("foobar", -2, 3) → null
substring("foobar", 1.5) → null
substring("foobar", null) → null
substring("foobar", "1") → null
substring(null, 1) → null
substring("", 1) → null
substring("foobar") → null
substring(string: "foobar", start position: 3, length: 1) → "o"
substring("\U01F40Eab", 2) → "ab"
""")

test_F_BUILTIN_STRING_LENGTH = holds(r"""
string length("foo") → 3
string length("") → 0
string length("\U01F40E") → 1
string length(null) → null
string length(1) → null
string length(string: "a") → 1
""")

test_F_BUILTIN_UPPER_CASE = holds(r"""
upper case("aBc4é") → "ABC4É"
upper case("") → ""
upper case(null) → null
upper case(1) → null
upper case(string: "a") → "A"
""")

test_F_BUILTIN_LOWER_CASE = holds(r"""
lower case("aBc4É") → "abc4é"
lower case(null) → null
lower case(true) → null
lower case(string: "A") → "a"
""")

test_F_BUILTIN_SUBSTRING_BEFORE = holds(r"""
substring before("foobar", "bar") → "foo"
substring before("foobar", "o") → "f"
substring before("foobar", "xyz") → ""
substring before("foobar", "") → ""
substring before("", "a") → ""
substring before(null, "a") → null
substring before("a", null) → null
substring before(string: "foobar", match: "b") → "foo"
""")

test_F_BUILTIN_SUBSTRING_AFTER = holds(r"""
substring after("foobar", "ob") → "ar"
substring after("foobar", "o") → "obar"
substring after("foobar", "xyz") → ""
substring after("foobar", "") → "foobar"
substring after("", "a") → ""
substring after(null, "a") → null
substring after(string: "foobar", match: "b") → "ar"
""")

test_F_BUILTIN_REPLACE = holds(r"""
replace("abracadabra", "bra", "*") → "a*cada*"
replace("abracadabra", "a.*a", "*") → "*"
replace("abracadabra", "a.*?a", "*") → "*c*bra"
replace("abracadabra", "a", "") → "brcdbr"
replace("abracadabra", "a(.)", "a$1$1") → "abbraccaddabbra"
replace("AAAA", "A+?", "b") → "bbbb"
replace("darted", "^(.*?)d(.*)$", "$1c$2") → "carted"
replace("0123456789", "(\\d{3})(\\d{3})(\\d{4})", "($1) $2-$3") → "(012) 345-6789"
replace("abcd", "(ab)|(a)", "[1=$1][2=$2]") → "[1=ab][2=]cd"
replace("abc", "b", "$0$0") → "abbc"
replace("abc", "b", "\\$\\\\") → "a$\\c"
replace("abc", "B", "x", "i") → "axc"
replace("a.c", ".", "x", "q") → "axc"
replace("abc", "b", "$") → null
replace("abc", "b", "\\") → null
replace("abc", "x*", "-") → null
replace("abc", "(", "-") → null
replace("abc", "b", "x", "z") → null
replace("abc", "b", null) → null
replace(null, "b", "x") → null
replace(input: "abc", pattern: "b", replacement: "x", flags: "") → "axc"
replace("aXc", "[A-Z-[X]]", "-") → "aXc"
""")

test_F_BUILTIN_CONTAINS = holds(r"""
contains("foobar", "of") → false
contains("foobar", "ob") → true
contains("foobar", "") → true
contains(null, "a") → null
contains("a", null) → null
contains("a", 1) → null
contains("a") → null
contains(string: "foobar", match: "o") → true
""")

test_F_BUILTIN_STARTS_WITH = holds(r"""
starts with("foobar", "fo") → true
starts with("foobar", "o") → false
starts with("foobar", "") → true
starts with(null, "a") → null
starts with(string: "foobar", match: "f") → true
""")

test_F_BUILTIN_ENDS_WITH = holds(r"""
ends with("foobar", "r") → true
ends with("foobar", "a") → false
ends with("foobar", null) → null
ends with(string: "foobar", match: "bar") → true
""")

test_F_BUILTIN_MATCHES = holds(r"""
matches("foobar", "^fo*b") → true
matches("foobar", "^o") → false
matches("foobar", "Fo*bar", "i") → true
matches("a\nb", "^b$", "m") → true
matches("a\nb", "^b$") → false
matches("a\nb", "a.b", "s") → true
matches("a\nb", "a.b") → false
matches("helloworld", "hello world", "x") → true
matches("hello world", "hello\\ sworld", "x") → null
matches("a.b", "a.b", "q") → true
matches("axb", "a.b", "q") → false
matches("AXB", "axb", "ix") → true
matches("a", "a", null) → true
matches("a", "a", "") → true
matches("", "") → true
matches("x1", "\\i\\c") → true
matches("é", "\\p{Ll}") → true
matches("x", "\\P{Nd}") → true
matches("я", "\\p{IsCyrillic}") → true
matches("a", "\\p{IsCyrillic}") → false
matches("𝔞", "\\p{IsMathematicalAlphanumericSymbols}") → true
matches("α", "\\p{IsGreek}") → true
matches("字", "\\P{IsBasicLatin}") → true
matches("٣", "\\d") → true
matches("abc", "[a-z-[aeiou]]{2}") → true
matches("abcabc", "(abc)\\1") → true
matches("ab", "a{2,1}") → null
matches("a", "\\p{IsNothing}") → null
matches("ab", "a(?=b)") → null
matches("ab", "\\bab") → null
matches("a", "(") → null
matches("a", "[") → null
matches("a", "a", "z") → null
matches("a", null) → null
matches(null, "a") → null
matches(1, "a") → null
matches(input: "foobar", pattern: "^f", flags: "i") → true
""")

test_F_BUILTIN_SPLIT = holds(r"""
split("John Doe", "\\s") → ["John", "Doe"]
split("a;b;;", ";") → ["a", "b", "", ""]
split("abc", "x") → ["abc"]
split("", ";") → [""]
split("a1b22c", "[0-9]+") → ["a", "b", "c"]
split("abc", "") → null
split("abc", "x*") → null
split("abc", "(") → null
split(null, ";") → null
split("a", null) → null
split(string: "a;b", delimiter: ";") → ["a", "b"]
""")

test_F_BUILTIN_STRING_JOIN = holds(r"""
string join(["a", "b", "c"], "_and_") → "a_and_b_and_c"
string join(["a", "b"], "") → "ab"
string join(["a", "b"], null) → "ab"
string join(["a", "b"]) → "ab"
string join(["a", null, "c"], "X") → "aXc"
string join([null], "X") → ""
string join([], "X") → ""
string join("a", "X") → "a"
string join([1, "a"], "X") → null
string join(["a"], 1) → null
string join(null, "X") → null
string join(["a"], ",", "[", "]") → null
string join(list: ["a", "b"], delimiter: "-") → "a-b"
""")
