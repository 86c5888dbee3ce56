"""A job seeker's applications in the console: the mails behind each, their evidence, and taking one back."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from core.accounts.models import User
from core.jobsearch.models import Application
from core.mail.models import StoredEvent
from tenants.audit.models import Entry
from tests.api_v1.console.browser import Browser, signed_in
from tests.api_v1.console.test_metrics import apply
from tests.api_v1.console.weights import MOST_BYTES, weigh
from tests.api_v1.jobhax.test_mail_of_jobapps import COOK, NO_TITLE
from tests.core.mail.received import receive, store, store_event
from tests.mail.indeed import receipt, refusal
from tests.statements import statements

APPLICATIONS = "/app/applications/"
NO = replace(refusal("Chef", "Acme"), sent="Wed, 30 Sep 2026 09:30:00 +0000")


@pytest.fixture
def seeker(joe: User) -> Browser:
    return signed_in(joe)


def page_of(application: Application) -> str:
    return f"{APPLICATIONS}{application.id}/"


def test_a_refusal_is_explained_by_its_mail_and_taken_back(seeker: Browser, joe: User) -> None:
    receive(joe, receipt("Chef", "Acme"), NO)
    chef = Application.objects.get()
    assert chef.is_rejected
    seeker.get(page_of(chef))
    refused = StoredEvent.objects.get(kind="rejected")
    soup = BeautifulSoup(seeker.page.content, "html.parser")
    assert soup.select_one(f'a[href="#mail-{refused.message_id}"]')
    mail = soup.select_one(f"#mail-{refused.message_id}")
    assert mail
    assert all(said["quote"] in mail.get_text() for said in refused.evidence)
    assert "says that it is rejected" in seeker.text
    answer = seeker.act(page_of(chef), "dismiss", mail=refused.message_id)
    assert answer.status_code == 303
    chef.refresh_from_db()
    assert not chef.is_rejected
    seeker.follow()
    assert "The mail is taken back." in seeker.text
    assert "It says “rejected”" not in seeker.text
    [entry] = Entry.objects.filter(action="jobapp.dismiss_mail")
    assert entry.object_id == str(chef.id)


def test_an_application_goes_with_the_only_mail_behind_it(seeker: Browser, joe: User) -> None:
    receive(joe, COOK)
    cook = Application.objects.get()
    mail = StoredEvent.objects.get().message_id
    answer = seeker.act(page_of(cook), "dismiss", mail=mail)
    assert (answer.status_code, answer.headers["Location"]) == (303, APPLICATIONS)
    assert not Application.objects.exists()


def test_a_mail_that_may_mean_two_is_shown_at_both_and_asked_away(
    seeker: Browser, joe: User
) -> None:
    receive(joe, receipt("Cook", "Globex"), receipt("Waiter", "Globex"), NO_TITLE)
    cook, waiter = Application.objects.order_by("id")
    for one in (cook, waiter):
        seeker.get(page_of(one))
        assert "Mails that may mean it" in seeker.text
    mail = StoredEvent.objects.get(kind="rejected").message_id
    assert seeker.act(page_of(cook), "dismiss", mail=mail).status_code == 303
    seeker.get(page_of(waiter))
    assert "Mails that may mean it" not in seeker.text


@pytest.mark.parametrize("mail", ["", "x", "-1", "99999", "9" * 40, "\u0661"])
def test_a_mail_that_is_none_of_it_is_not_found(seeker: Browser, joe: User, mail: str) -> None:
    receive(joe, COOK)
    cook = Application.objects.get()
    assert seeker.act(page_of(cook), "dismiss", mail=mail).status_code in (400, 404)
    assert StoredEvent.objects.get().dismissed_at is None


def test_a_get_takes_no_mail_back(seeker: Browser, joe: User) -> None:
    receive(joe, COOK)
    mail = StoredEvent.objects.get().message_id
    path = f"{page_of(Application.objects.get())}?action=dismiss&mail={mail}"
    assert seeker.get(path).status_code == 200
    assert StoredEvent.objects.get().dismissed_at is None


def test_what_the_user_said_is_called_so(seeker: Browser, joe: User) -> None:
    apply(joe, is_rejected=True, rejected_at=timezone.now(), edited=["rejected"])
    seeker.get(page_of(Application.objects.get()))
    assert "You have marked it as rejected yourself." in seeker.text
    assert "No mail is behind this application" in seeker.text


def test_another_users_application_is_not_found(seeker: Browser, joe: User, staff: User) -> None:
    receive(staff, COOK)
    other = Application.objects.get()
    mail = StoredEvent.objects.get().message_id
    assert seeker.get(page_of(other)).status_code == 404
    assert seeker.act(page_of(other), "dismiss", mail=mail).status_code == 404
    seeker.get(APPLICATIONS)
    assert "There are no applications yet" in seeker.text


def test_the_text_of_a_mail_is_shown_as_text(seeker: Browser, joe: User) -> None:
    one = apply(joe)
    message = store(joe, "<script>alert(1)</script>", sender_name="<b>Eve</b>")
    quote = [{"field": "kind", "place": "html", "quote": "<img src=x>"}]
    store_event(message, application=one, effect="started", evidence=quote)
    page = seeker.get(page_of(one)).content.decode()
    assert "<script>alert" not in page
    assert "<b>Eve" not in page
    assert "<img src=x" not in page


def test_many_applications_come_by_key_with_the_number_of_their_mails(
    seeker: Browser, joe: User
) -> None:
    for number in range(70):
        apply(joe, job_title=f"Job {number}", company="Globex" if number == 3 else "Acme")
    last = Application.objects.order_by("-id")[0]
    for number in range(3):
        message = store(joe, f"mail {number}")
        store_event(message, application=last)
        store_event(message, application=last, position=1)
    path, titles = APPLICATIONS, list[str]()
    while path:
        with statements() as run:
            seeker.get(path)
        assert len(run) <= 12
        soup = BeautifulSoup(seeker.page.content, "html.parser")
        titles += [link.get_text() for link in soup.select("tbody th a")]
        following = soup.select_one("a[rel=next]")
        path = f"{APPLICATIONS}{following['href']}" if following else ""
        if len(titles) == 50:
            assert soup.select("tbody tr")[0].select("td")[-1].get_text() == "3"
    assert titles == [f"Job {number}" for number in range(69, -1, -1)]
    seeker.get(f"{APPLICATIONS}?q=globe")
    assert "Job 3 " in seeker.text
    assert "Job 4 " not in seeker.text


def test_an_application_with_many_mails_stays_light(seeker: Browser, joe: User) -> None:
    one = apply(joe)
    evidence = [
        {"field": name, "place": "text", "quote": "Thank you for your application"}
        for name in ("kind", "title", "company")
    ]
    for number in range(120):
        message = store(joe, f"{number} ".ljust(100, "x"))
        store_event(message, application=one, effect="repeated", evidence=evidence)
    with statements() as run:
        page = seeker.get(page_of(one))
    assert len(run) <= 12
    assert weigh(page) < MOST_BYTES
