"""Parameters of structured fields, however they are spelled."""

from __future__ import annotations

import pytest

from providers.mime.parameters import read_parameters


@pytest.mark.parametrize(
    ("field", "kind", "parameters"),
    [
        ("Text/HTML; Charset=UTF-8", "text/html", {"charset": "UTF-8"}),
        ("text / html ;charset = utf-8;", "text/html", {"charset": "utf-8"}),
        ("text/html charset=utf-8", "text/html", {}),
        ('a/b; x="1;2\\"3"', "a/b", {"x": '1;2"3'}),
        ("a/b; x*=utf-8'de'%C3%BC%20b", "a/b", {"x": "ü b"}),
        ("a/b; x*1*=%42; x*0*=utf-8''%C3%BC; x*2=\"c d\"", "a/b", {"x": "üBc d"}),
        ("a/b; x*0=bound; x*1=ary", "a/b", {"x": "boundary"}),
        ('a (x; (y; z) w) / b (c (d; e=f)) ; g="(h;)"', "a/b", {"g": "(h;)"}),
        ("a/b; x=c(d)e; y=f (g)", "a/b", {"x": "c(d)e", "y": "f"}),
        ('a/b; name="=?utf-8?Q?=C3=BC=2Eics?="', "a/b", {"name": "ü.ics"}),
        ('a/b; x="never closed', "a/b", {"x": "never closed"}),
        ("", "", {}),
    ],
)
def test_a_parameter_is_read_however_it_is_spelled(
    field: str, kind: str, parameters: dict[str, str]
) -> None:
    assert read_parameters(field) == (kind, parameters)


def test_of_a_field_with_thousands_of_parameters_the_first_are_read() -> None:
    _, parameters = read_parameters("a/b" + "".join(f"; p{number}=1" for number in range(10_000)))
    assert len(parameters) == 100
