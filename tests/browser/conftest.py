"""The fixtures of the pages' tests, here alone: others have a practitioner of their own."""

from clinic_fixtures import clinic as clinic
from clinic_fixtures import page as page
from clinic_fixtures import provider as provider
from page_fixtures import browser as browser
from page_fixtures import camera as camera
from page_fixtures import family as family
from page_fixtures import playwright as playwright
from page_fixtures import practitioner as practitioner
from page_fixtures import service as service
