"""Pages of the manual from what the program says of itself: one for the program, one for each command."""

from __future__ import annotations

import time
from typing import Any, Iterator


def escape(text: str) -> str:
    """Text that groff takes for text: no line begins with a mark of its own, hyphens stay hyphens."""
    lines = text.replace("\\", "\\e").replace("-", "\\-").split("\n")
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in lines)


def pages(help_dump: dict[str, Any], epoch: int) -> dict[str, str]:
    """The pages by their names."""
    program = help_dump["command"]
    shown = [command for command in program["subcommands"] if command["commandName"] != "help"]
    found = {"shardq": page("shardq", program, epoch, shown)}
    for command in shown:
        name = f"shardq-{command['commandName']}"
        found[name] = page(name, command, epoch, command.get("subcommands", []))
    return found


def page(name: str, command: dict[str, Any], epoch: int, children: list[dict[str, Any]]) -> str:
    day = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    call = name.replace("-", " ", 1)
    lines = [f'.TH {name.upper()} 1 {day} ShardQ "User commands"', ".SH NAME", f"{escape(name)} \\- {escape(brief(command))}", ".SH SYNOPSIS"]
    lines += [f".B {escape(call)}", "[\\fIoptions\\fR]" if not children else "\\fIcommand\\fR [\\fIoptions\\fR]"]
    if command.get("discussion"):
        lines += [".SH DESCRIPTION", *paragraphs(command["discussion"])]
    lines += options(command, ".SH")
    if children and name == "shardq":
        lines.append(".SH COMMANDS")
        for child in children:
            lines += [".TP", f".BR shardq\\-{escape(child['commandName'])} (1)", escape(brief(child))]
    else:
        for child in children:
            lines += [f'.SH "{escape(call)} {escape(child["commandName"])}"', escape(brief(child))]
            lines += [*paragraphs(child.get("discussion", "")), *options(child, ".SS")]
    if name == "shardq":
        lines += [".SH FILES", ".TP", ".I ~/.config/shardq/credentials", "Lines HOST:PORT USER PASSWORD; nobody else may read it.",
                  ".SH EXIT STATUS", "0 done, 64 usage, 65 bad data, 69 the broker or other nodes are away, 70 an internal error,",
                  "74 a file cannot be read or written, 78 configuration; the documents have all of them."]
    lines += [".SH SEE ALSO", ".BR shardq (1)," if name != "shardq" else "", "/usr/share/doc/shardq"]
    return "\n".join(line for line in lines if line) + "\n"


def brief(command: dict[str, Any]) -> str:
    return str(command.get("abstract", "")).split("\n")[0].rstrip(".")


def paragraphs(text: str) -> Iterator[str]:
    """Paragraphs as text, lines that are indented as they are."""
    for part in text.strip("\n").split("\n\n"):
        yield ".PP"
        example: list[str] = []
        for line in part.split("\n"):
            if line.startswith("  "):
                example.append(line)
            else:
                yield escape(line)
        if example:
            yield ".nf"
            yield escape("\n".join(example))
            yield ".fi"


def options(command: dict[str, Any], heading: str) -> Iterator[str]:
    """Options in the groups that the help has."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True):
            groups.setdefault(argument.get("sectionTitle", "Options"), []).append(argument)
    for title, arguments in groups.items():
        yield f'{heading} "{escape(title.upper() if heading == ".SH" else title)}"'
        for argument in arguments:
            yield ".TP"
            yield ".B " + escape(names(argument))
            default = argument.get("defaultValue")
            remark = f" (default: {default})" if default not in (None, "") and argument["kind"] != "flag" else ""
            yield escape(str(argument.get("abstract") or argument.get("valueName", "")) + remark)


def names(argument: dict[str, Any]) -> str:
    if argument["kind"] == "positional":
        return f"<{argument['valueName']}>"
    found = []
    for name in argument.get("names", []):
        found.append(("-" if name["kind"] == "short" else "--") + name["name"])
    value = f" <{argument['valueName']}>" if argument["kind"] == "option" else ""
    return ", ".join(found) + value
