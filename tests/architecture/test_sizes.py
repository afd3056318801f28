"""Files and functions stay short enough to read at once."""

from tests.architecture.sources import PACKAGES, find_functions, read_modules

FOLDERS = (*PACKAGES, "bench", "mutants", "realfaults", "simulator", "tests")
LINES_OF_A_FILE = 300
LINES_OF_A_FUNCTION = 40


def test_no_file_is_too_long():
    lengths = {module.name: len(module.text.splitlines()) for module in read_modules(*FOLDERS)}
    too_long = {name: lines for name, lines in lengths.items() if lines > LINES_OF_A_FILE}
    assert too_long == {}


def test_no_function_is_too_long():
    too_long = [
        f"{module.name}:{function.lineno} {function.name}"
        for module in read_modules(*FOLDERS)
        for function in find_functions(module.tree)
        if function.end_lineno - function.lineno >= LINES_OF_A_FUNCTION
    ]
    assert too_long == []
