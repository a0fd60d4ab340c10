"""Forms: the form-js files of a pack, compiled to checks and pages."""

from backend.procedures.forms.form import Form, read_form
from backend.procedures.forms.html_post import from_html, merge
from backend.procedures.forms.nodes import Checked, Fact, Lookup, Option, Problem, Source
from backend.procedures.forms.read import Facts as FormSetting
from backend.procedures.forms.register import Register

__all__ = [
    "Checked",
    "Fact",
    "Form",
    "FormSetting",
    "Lookup",
    "Option",
    "Problem",
    "Register",
    "Source",
    "from_html",
    "merge",
    "read_form",
]
