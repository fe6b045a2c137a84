"""Which area a code or name is taken for; a slip is named with what is near to it."""

from __future__ import annotations

import ibis
import pyarrow as pa
import pytest

from evenhand.actions.area import Chosen, chosen
from evenhand.actions.init import NewPartnership, init
from evenhand.actions.near import did_you_mean
from evenhand.actions.show import of_areas, show
from evenhand.engine.workspace import Workspace
from evenhand.errors import BadConfig, NotThere
from evenhand.rules.partnership import Area, partnership

pytestmark = pytest.mark.filterwarnings("ignore:fetch_:DeprecationWarning")

NAMES = [
    ("LAD", "E08000016", "Barnsley"),
    ("CSP", "E22000002", "Barnsley"),
    ("PFA", "E23000007", "Northumbria"),
    ("WD", "E05000001", "Northumbria"),
]


def choose(code: str = "", name: str = "", names: list[tuple[str, str, str]] = NAMES) -> Chosen:
    columns = ("area_level", "area_code", "area_name")
    schema = pa.schema([(column, pa.string()) for column in columns])
    rows = [dict(zip(columns, row, strict=True)) for row in names]
    table = ibis.memtable(pa.Table.from_pylist(rows, schema))
    return chosen(ibis.duckdb.connect(), table, Area(code, name, (), None))


def test_a_name_of_several_levels_says_which_was_taken_and_how_to_choose_another():
    found = choose(name="barnsley")
    assert (found.level, found.code) == ("CSP", "E22000002")
    assert found.words == (
        "Barnsley is the community safety partnership E22000002. The local authority district E08000016 has "
        "that name too: to choose it, write its code."
    )


def test_a_code_is_one_area_and_a_level_nobody_answers_for_is_no_namesake():
    assert choose(code="E08000016") == Chosen("LAD", "E08000016", "Barnsley")
    assert choose(name="Northumbria").words == "Northumbria is the police force area E23000007."


def test_a_slip_in_a_name_is_refused_with_the_names_near_to_it():
    with pytest.raises(
        BadConfig, match="no lookup has the area 'Northumbra'; did you mean 'Northumbria'"
    ) as slip:
        choose(name="Northumbra")
    assert "\n" not in str(slip.value)


def test_without_lookups_it_says_which_files_are_wanted():
    with pytest.raises(NotThere, match="no lookup between areas"):
        choose(name="Barnsley", names=[])


@pytest.mark.parametrize("code", ["E2300007", "E230000070", "23000007", "X23000007", "E2300000O", "LSOA 7"])
def test_init_refuses_a_code_that_is_none_and_makes_nothing(tmp_path, code):
    with pytest.raises(BadConfig, match="is no ONS code") as refusal:
        init(tmp_path / "area", NewPartnership(area=code))
    assert "\n" not in str(refusal.value)
    assert list(tmp_path.iterdir()) == []


def test_init_takes_a_code_in_small_letters_and_a_name(tmp_path):
    by_code = init(tmp_path / "code", NewPartnership(area="e23000007"))
    by_name = init(tmp_path / "name", NewPartnership(area="Bristol, City of"))
    assert partnership(by_code.config()).area.code == "E23000007"
    assert partnership(by_name.config()).area.name == "Bristol, City of"


def test_what_init_leaves_for_a_person_to_fill_in_is_named_until_it_is(tmp_path):
    made = init(tmp_path / "new", NewPartnership(area="Northumbria"))
    named = init(tmp_path / "named", NewPartnership(name="Safer Northumbria", area="Northumbria"))
    assert "[site] title" in partnership(made.config()).unfilled
    assert partnership(named.config()).unfilled == ()


FIGURES = pa.table(
    {
        "area_level": ["CSP", "LAD", "LAD"],
        "area_code": ["E22000002", "E08000016", "E08000019"],
        "area_name": ["Barnsley", "Barnsley", None],
    }
)


@pytest.mark.parametrize(
    ("areas", "codes"),
    [
        ((), ["E22000002", "E08000016", "E08000019"]),
        (("lad",), ["E08000016", "E08000019"]),
        (("E08000016",), ["E08000016"]),
        (("Barnsley",), ["E22000002"]),
        (("Barnsley", "e08000019"), ["E22000002", "E08000019"]),
    ],
)
def test_figures_are_of_the_areas_asked_for(areas, codes):
    rows, _remarks = of_areas(FIGURES, areas)
    assert rows["area_code"].to_pylist() == codes


def test_figures_of_a_shared_name_say_which_level_they_are_of():
    _rows, (remark,) = of_areas(FIGURES, ("Barnsley",))
    assert remark == (
        "Barnsley is taken as the community safety partnership; also so named: local authority district "
        "(--area E08000016)"
    )
    assert of_areas(FIGURES, ("E08000016",))[1] == ()


def test_figures_of_an_area_that_is_not_there_are_refused():
    with pytest.raises(NotThere, match="no figure is of Barnsly"):
        of_areas(FIGURES, ("Barnsly",))
    with pytest.raises(NotThere, match=r"did you mean 'Barnsley'[?] If not, give a code"):
        of_areas(FIGURES, ("Barnsly",))


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ("Newcastl", "did you mean 'Newcastle upon Tyne' or 'Castle'? If not, "),
        ("saltmer", "did you mean 'Saltmere'? If not, "),
        ("Xyz", ""),
        ("", ""),
    ],
)
def test_a_slip_is_met_with_what_begins_so_and_then_what_is_near(wanted, said):
    assert did_you_mean(wanted, ["Castle", "Newcastle upon Tyne", "Saltmere"]) == said


def test_a_measure_that_is_not_there_is_met_with_the_one_near_to_it(workspace):
    with pytest.raises(NotThere, match=r"did you mean 'recorded_violence'[?] If not, use one of"):
        show(workspace, "recorded_violance")


def test_a_workspace_made_before_stays_as_it_was(workspace: Workspace):
    before = workspace.config_file.read_bytes()
    with pytest.raises(BadConfig, match="is there already"):
        init(workspace.root, NewPartnership(area="E23000007"))
    assert workspace.config_file.read_bytes() == before
