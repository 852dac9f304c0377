"""The order in which the resources of a template need each other."""

import re


def in_order(resources):
    """Logical ids, each after what it refers to or depends on."""
    ordered = {}

    def visit(name):
        if name in ordered:
            return
        for needed in sorted(_needs(resources[name]) & resources.keys()):
            visit(needed)
        ordered[name] = True

    for name in resources:
        visit(name)
    return list(ordered)


def _needs(resource):
    depends_on = resource.get("DependsOn", [])
    named = [depends_on] if isinstance(depends_on, str) else depends_on
    return {*named, *_references(resource.get("Properties", {}))}


def _references(value):
    if isinstance(value, list):
        for item in value:
            yield from _references(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _reference(key, item)


def _reference(key, item):
    if key == "Ref":
        yield item
    elif key == "Fn::GetAtt":
        yield item[0] if isinstance(item, list) else item.split(".")[0]
    elif key == "Fn::Sub":
        yield from re.findall(r"\$\{([^!.}]+)", item if isinstance(item, str) else item[0])
        yield from _references(item)
    else:
        yield from _references(item)
