"""`hayal config schema`."""

from __future__ import annotations

from typing import Any

from hayal.config import Config, load, packaged_config
from hayal.plugins import installed, load_plugins


def config_schema() -> dict[str, Any]:
    """The JSON Schema of config.toml, with `[plugins.NAME]` of every installed plugin."""
    plugins = load_plugins(load(packaged_config(), {}), everything=True)
    schema = Config.model_json_schema()
    definitions: dict[str, Any] = schema.setdefault("$defs", {})
    tables: dict[str, Any] = {}
    for name in sorted(installed()):
        if name in plugins.problems:
            continue
        own = plugins.settings_type(name).model_json_schema(ref_template=f"#/$defs/{name}-{{model}}")
        for inner, definition in own.pop("$defs", {}).items():
            definitions[f"{name}-{inner}"] = definition
        tables[name] = own | {"title": f"plugins.{name}"}
    schema["properties"]["plugins"] = {
        "title": "plugins",
        "type": "object",
        "properties": tables,
        "additionalProperties": False,
    }
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | schema | {"title": "hayal config.toml"}
