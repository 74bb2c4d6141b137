"""What a survey is: forms, code lists, places and findings, declared and pure.

In: the data files beside this one; what files a home adds, the caller reads and passes.
Out: `FORMS`, the only list of forms.
"""

from schemas.columns import Form
from schemas.coverage import COVERAGE
from schemas.production_sites import PRODUCTION_SITES
from schemas.stock import STOCK
from schemas.vacancies import VACANCIES

FORMS: dict[str, Form] = {
    form.name: form for form in (VACANCIES, PRODUCTION_SITES, STOCK, COVERAGE)
}
