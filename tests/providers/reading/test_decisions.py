"""What wording decides, in each language, and what it doesn't."""

from __future__ import annotations

import json

import pytest

from providers.reading import Passage, cut_quotes, decide, is_reply, split_sentences, strip_prefixes
from providers.reading.decisions import ORDER
from providers.reading.languages import languages_of, rank_languages
from providers.reading.phrases import FOLDER, GRAMMAR, LANGUAGES
from providers.reading.phrases.pattern import compile_phrase, first_letters, fixed_words

WORDING = {
    code: json.loads((FOLDER / f"{code}.json").read_text(encoding="utf-8")) for code in LANGUAGES
}


def decided(*texts: str) -> str | None:
    places = ("subject", "text") if len(texts) > 1 else ("text",)
    decision = decide(*(Passage(place, text) for place, text in zip(places, texts, strict=True)))  # type: ignore[arg-type]
    return decision.kind if decision else None


def test_eight_languages_have_wording_for_every_kind() -> None:
    assert {"en", "de", "fr", "es", "it", "nl", "pt", "sv"} <= set(LANGUAGES)
    for wording in WORDING.values():
        assert set(wording) >= {
            *GRAMMAR,
            *(group for group, _ in ORDER),
            "pending",
            "unfinished",
            "called_off",
            "aside",
            "staff",
        }
        assert all(wording[group] for group in wording)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_phrase_can_be_compiled_and_is_in_lower_case(code: str) -> None:
    for group, phrases in WORDING[code].items():
        for phrase in phrases:
            assert phrase == phrase.lower(), phrase
            if group not in GRAMMAR:
                assert compile_phrase(phrase)
                assert first_letters(phrase)


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("(here is|attached is) … copy of (your|the)", "copy of"),
        ("kopie … von der bewerbung", "von der bewerbung"),
        ("(işte|aşağıda) … (başvurunuzun|verilerinizin) … kopyası", "kopyası"),
        ("(here|there)", ""),
        ("応募…選考", "応募"),
    ],
)
def test_fixed_words_stand_in_all_that_a_phrase_fits(phrase: str, words: str) -> None:
    assert fixed_words(phrase) == words


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("bitte nennen sie uns einen termin.", ["de"]),
        ("einen\ntermin, termin einen", []),
        ("your own time, and my meet with you", []),
        ("it was nice to meet you", ["en"]),
        ("応募ありがとうございます", ["ja"]),
    ],
)
def test_a_mark_of_several_words_is_found_as_it_is_written(text: str, codes: list[str]) -> None:
    assert [language.code for language in languages_of(text)] == codes


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("rejected", "Unfortunately, we will not be moving\nforward with your application."),
        (
            "rejected",
            (
                "We regret to inform you that we have decided to pursue other candidates "
                "for this position."
            ),
        ),
        ("rejected", "We won’t be able to move forward with your application for this role."),
        (
            "rejected",
            (
                "Leider müssen wir Ihnen eine Absage erteilen. Wir wünschen Ihnen auf "
                "Ihrem weiteren beruflichen Weg alles Gute. Ihre Bewerbung"
            ),
        ),
        ("rejected", "Wir haben uns für einen anderen Bewerber entschieden."),
        ("rejected", "Leider wurde Ihre Bewerbung diesmal nicht ausgewählt."),
        ("rejected", "Acme has reviewed your application and decided to go in another direction."),
        ("rejected", "Leider hat sich der Arbeitgeber gegen Ihre Bewerbung entschieden."),
        ("interview", "Acme has invited you to a phone interview."),
        ("interview", "Acme nodigt je uit voor een sollicitatiegesprek."),
        ("offer", "Acme has sent you a job offer."),
        ("rejected", "Votre candidature n’a pas été retenue."),
        ("rejected", "Nous ne donnerons pas suite à votre candidature."),
        ("rejected", "Hemos decidido no continuar con tu candidatura."),
        ("rejected", "Abbiamo deciso di proseguire con altri profili per la posizione."),
        ("rejected", "La tua candidatura non è risultata prescelta."),
        ("rejected", "We gaan verder met een andere kandidaat voor deze functie."),
        (
            "rejected",
            (
                "Infelizmente não seguiremos o processo com você. Optamos por seguir com "
                "outro perfil para a vaga."
            ),
        ),
        ("rejected", "Tyvärr har vi valt att gå vidare med andra kandidater till tjänsten."),
        ("interview", "We would like to invite you to an interview for the position."),
        (
            "interview",
            (
                "We'd love to schedule a phone call with you about the role. Let us know "
                "if Tuesday works."
            ),
        ),
        ("interview", "Gerne laden wir Sie zu einem Vorstellungsgespräch für die Stelle ein."),
        ("interview", "Convocation à un entretien pour le poste."),
        ("interview", "Nos gustaría invitarte a una entrevista para el puesto."),
        ("interview", "Convocazione a colloquio per la posizione."),
        ("interview", "Graag nodigen we je uit voor een gesprek over de functie."),
        ("interview", "Convidamos você para uma entrevista para a vaga."),
        ("interview", "Vi vill gärna bjuda in dig till en intervju för tjänsten."),
        ("assessment", "As a next step, please complete the online assessment for the position."),
        ("assessment", "Bitte absolvieren Sie den Online-Test zu Ihrer Bewerbung."),
        ("offer", "We are pleased to offer you the position of Cook."),
        ("offer", "Wir freuen uns, Ihnen die Stelle anbieten zu können."),
        ("offer", "Nous sommes ravis de vous offrir le poste."),
        ("offer", "Siamo lieti di offrirle la posizione."),
        ("closed", "The position is no longer available."),
        ("closed", "Diese Stelle ist nicht mehr verfügbar."),
        ("withdrawn", "You have withdrawn your application for the position."),
        ("withdrawn", "Your application has been withdrawn and will not be considered further."),
        ("rejected", "Thank you for applying. This is not the news you were hoping for."),
        ("rejected", "Thank you for applying. We wish you the best in your search."),
        ("withdrawn", "Sie haben Ihre Bewerbung zurückgezogen."),
        ("applied", "Thank you for applying to Acme!"),
        ("applied", "Vielen Dank für Ihre Bewerbung."),
        ("applied", "Nous avons bien reçu votre candidature."),
        ("applied", "Hemos recibido tu candidatura."),
        ("applied", "Abbiamo ricevuto la tua candidatura."),
        ("applied", "Hebbes! Je sollicitatie voor de functie van Kok is binnen"),
        ("applied", "Recebemos a sua candidatura."),
        ("applied", "Vi har tagit emot din ansökan."),
    ],
)
def test_wording_decides(kind: str, text: str) -> None:
    assert decided(text) == kind


@pytest.mark.parametrize(
    ("kind", "subject", "text"),
    [
        (
            "applied",
            "Thank you for applying",
            ("If you are not selected for this position, keep an eye on our jobs page."),
        ),
        (
            "applied",
            "Thank you for applying",
            ("If you don't hear from us within two weeks, you were not a fit for the role."),
        ),
        (
            "applied",
            "Thank you for applying",
            ("If your qualifications match, we will schedule an interview with you."),
        ),
        (
            "applied",
            "Thank you for applying",
            ("Our process: 1. Phone interview 2. Onsite interview 3. Offer"),
        ),
        (
            "applied",
            "Thank you for applying",
            ("Once we have reviewed it, we may invite you to an interview."),
        ),
        (
            "applied",
            "Ihre Bewerbung ist eingegangen",
            ("Falls Sie nicht in die engere Auswahl kommen, melden wir uns."),
        ),
        (
            "rejected",
            "Thank you for applying",
            (
                "Thank you for your interest in Acme. We will not be moving forward with "
                "your application."
            ),
        ),
        (
            "rejected",
            "Your application",
            (
                "Unfortunately, we are unable to offer you a role at this time. We are "
                "constantly hiring."
            ),
        ),
        ("rejected", "Your application", "We will not invite you for an interview for this role."),
        (
            "rejected",
            "Your application",
            (
                "We will not move forward with the interview process for the role. We will "
                "not be moving forward with your application."
            ),
        ),
        (
            "rejected",
            "Your application",
            ("Unfortunately, after the interview we have decided to pursue other candidates."),
        ),
        (
            "rejected",
            "Your application",
            (
                "You were not selected for this role, and we add you to our talent pool. "
                "Complete the assessment there. Code: 12."
            ),
        ),
        (
            "rejected",
            "Your application",
            ("Thank you for your time and all your thoughts. ") * 30
            + ("We have decided not to proceed with your application."),
        ),
        (
            None,
            "Complete your application",
            (
                "Thank you for starting your application. Please complete your application "
                "for the role."
            ),
        ),
        (None, "Security code for your application to Acme", "Your security code is 12345."),
        (None, "Acme recruiting", "We are pausing the recruitment for the role until Fall."),
        (
            None,
            "Jobs for you",
            ("An Application Engineer job at Acme, and other jobs that may be a match"),
        ),
        (None, "Hello", "See you on Monday."),
    ],
)
def test_the_decision_comes_before_the_politeness(
    kind: str | None, subject: str, text: str
) -> None:
    assert decided(subject, text) == kind


@pytest.mark.parametrize(
    "sentence",
    [
        "Has your application been rejected?",
        "Were you not selected for the role? Here is what to do next.",
        "Wurde Ihre Bewerbung abgelehnt?",
        "Have you received an offer?",
        "Have you been invited to an interview? Share your experience.",
        "Tips for your next interview with Acme.",
        "10 questions you will be asked in your next interview.",
    ],
)
def test_questions_and_advice_decide_nothing(sentence: str) -> None:
    assert decide(Passage("text", sentence)) is None


def test_quoted_mail_is_cut_off() -> None:
    for quoted in (
        "> we will not be moving forward",
        "On Tue, 3 Mar 2026 at 10:00 Ann\n<ann@acme.test> wrote:\n\nwe will not be moving forward",
        "Am 3. März 2026 um 10:00 schrieb Ann <ann@acme.test>:\n\nAbsage",
        "-----Original Message-----\nFrom: Ann",
        "Von: Ann <ann@acme.test>\nGesendet: Montag, 3. März 2026\nAn: Jo\nBetreff: Absage",
        "________________________________\nDe : Ann\nEnvoyé : lundi\n",
    ):
        assert cut_quotes(Passage("text", f"Thanks!\n\n{quoted}")).text.strip("_\n ") == "Thanks!"


def test_prefixes_of_subjects_are_stripped() -> None:
    assert strip_prefixes(Passage("subject", "Fwd: WG: Re[2]: AW : Hello")).text == "Hello"
    assert is_reply(Passage("subject", "RE: x"))
    assert not is_reply(Passage("subject", "Regarding x"))


def test_sentences_end_where_they_end() -> None:
    text = (
        "We at R.G. Brown & Sons Inc. thank you. Dr. Who of St. Gallen, e.g. the "
        "cook,\nsays hi! Bye\n\n- one\n- two"
    )
    sentences = [sentence.text for sentence in split_sentences(Passage("text", text))]
    assert sentences == [
        "We at R.G. Brown & Sons Inc. thank you.",
        "Dr. Who of St. Gallen, e.g. the cook, says hi!",
        "Bye",
        "- one",
        "- two",
    ]


def test_small_words_tell_the_language() -> None:
    letter = "obrigado pela sua candidatura para a vaga na acme. parabéns! segue a carta oferta."
    assert rank_languages(letter)[0] == "pt"
    assert (
        rank_languages("vielen dank für ihre bewerbung als recruiting job interviewer")[0] == "de"
    )


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("interview", "We are pleased to offer you a first interview for the Cook position."),
        ("offer", "Following your interview, we are pleased to offer you the Cook position."),
        ("interview", "Wir möchten Ihnen für die Stelle Koch ein Vorstellungsgespräch anbieten."),
        ("offer", "Wir möchten Ihnen die Stelle Koch gerne anbieten."),
        ("interview", "Nous avons le plaisir de vous proposer un entretien pour le poste."),
        ("interview", "Nos gustaría ofrecerte una entrevista para el puesto."),
        ("interview", "Graag bieden we je een gesprek aan voor de functie van Kok."),
        ("applied", "Hemos recibido tu candidatura para nuestra oferta de trabajo."),
    ],
)
def test_who_offers_a_meeting_offers_no_job(kind: str, sentence: str) -> None:
    decision = decide(Passage("text", sentence))
    assert decision
    assert decision.kind == kind
