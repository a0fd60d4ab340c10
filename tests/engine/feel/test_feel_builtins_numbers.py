"""Built-ins of numbers: every overload, its domain and its named parameters."""

from tests.engine.feel.lines import holds

test_F_BUILTIN_DECIMAL = holds(r"""
decimal(1 / 3, 2) → 0.33
string(decimal(1.5, 2)) → "1.50"
decimal(1.5, 0) → 2
decimal(2.5, 0) → 2
decimal(-2.5, 0) → -2
decimal(0.515, 2) → 0.52
decimal(1265, -2) → 1300
decimal(1.5, 0.5) → null
decimal(1, 6177) → null
decimal(1, -6112) → null
decimal(1, null) → null
decimal(null, 1) → null
decimal("1", 1) → null
decimal(1.5) → null
decimal(n: 1.25, scale: 1) → 1.2
""")

test_F_BUILTIN_FLOOR = holds(r"""
floor(1.5) → 1
floor(-1.5) → -2
floor(-1.56, 1) → -1.6
floor(123, -2) → 100
floor(null) → null
floor("1") → null
floor(1.5, null) → null
floor(n: 1.56, scale: 1) → 1.5
floor(n: 1.5) → 1
""")

test_F_BUILTIN_CEILING = holds(r"""
ceiling(1.5) → 2
ceiling(-1.5) → -1
string(ceiling(-0.5)) → "0"
ceiling(-1.56, 1) → -1.5
ceiling(123, -2) → 200
ceiling(null) → null
ceiling(n: 1.52, scale: 1) → 1.6
""")

test_F_BUILTIN_ROUND_UP = holds(r"""
round up(5.5, 0) → 6
round up(-5.5, 0) → -6
round up(1.121, 2) → 1.13
round up(-1.126, 2) → -1.13
round up(5, 0) → 5
round up(5.5) → null
round up(null, 0) → null
round up(5.5, null) → null
round up(n: 5.5, scale: 0) → 6
""")

test_F_BUILTIN_ROUND_DOWN = holds(r"""
round down(5.5, 0) → 5
round down(-5.5, 0) → -5
round down(1.129, 2) → 1.12
round down(null, 0) → null
round down(n: 5.5, scale: 0) → 5
""")

test_F_BUILTIN_ROUND_HALF_UP = holds(r"""
round half up(5.5, 0) → 6
round half up(-5.5, 0) → -6
round half up(1.121, 2) → 1.12
round half up(1.125, 2) → 1.13
round half up(5.5, null) → null
round half up(n: 5.4, scale: 0) → 5
""")

test_F_BUILTIN_ROUND_HALF_DOWN = holds(r"""
round half down(5.5, 0) → 5
round half down(-5.5, 0) → -5
round half down(1.126, 2) → 1.13
round half down(-1.125, 2) → -1.12
round half down(null, 0) → null
round half down(n: 5.6, scale: 0) → 6
""")

test_F_BUILTIN_ABS = holds(r"""
abs(-10) → 10
abs(10) → 10
abs(0) → 0
abs(@"-PT5H") → @"PT5H"
abs(@"-P5M") → @"P5M"
abs(null) → null
abs("1") → null
abs(@"2024-01-01") → null
abs(n: -1) → 1
""")

test_F_BUILTIN_MODULO = holds(r"""
modulo(12, 5) → 2
modulo(-12, 5) → 3
modulo(12, -5) → -3
modulo(-12, -5) → -2
modulo(10.1, 4.5) → 1.1
modulo(-10.1, 4.5) → 3.4
modulo(10.1, -4.5) → -3.4
modulo(5, 5) → 0
modulo(1E33, 7) → 6
modulo(10, 0) → null
modulo(null, 1) → null
modulo(dividend: 12, divisor: 5) → 2
""")

test_F_BUILTIN_SQRT = holds(r"""
sqrt(16) → 4
sqrt(2) → 1.414213562373095048801688724209698
sqrt(0) → 0
sqrt(-1) → null
sqrt(null) → null
sqrt("4") → null
sqrt(number: 9) → 3
""")

test_F_BUILTIN_LOG = holds(r"""
log(10) → 2.302585092994045684017991454684364
log(1) → 0
log(0) → null
log(-1) → null
log("1") → null
log(number: 1) → 0
""")

test_F_BUILTIN_EXP = holds(r"""
exp(5) → 148.4131591025766034211155800405523
exp(0) → 1
exp(1) → 2.718281828459045235360287471352662
exp(100000) → null
exp(null) → null
exp(number: 0) → 1
""")

test_F_BUILTIN_ODD = holds(r"""
odd(5) → true
odd(-5) → true
odd(2) → false
odd(0) → false
odd(5.0) → true
odd(1.5) → null
odd(null) → null
odd(number: 1) → true
""")

test_F_BUILTIN_EVEN = holds(r"""
even(2) → true
even(0) → true
even(-3) → false
even(1.5) → null
even("2") → null
even(number: 2) → true
""")
