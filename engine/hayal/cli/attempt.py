"""`hayal try`: one provider, from the terminal."""

from __future__ import annotations

import json
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar

import anyio
import typer

from hayal.cli.options import ConfigOption, SeedOption
from hayal.config import Loaded, load, unknown
from hayal.errors import ConfigError, HayalError, PluginError
from hayal.images import ImageGenerator, ImageRequest
from hayal.jobs.fit import fit_seconds, fit_size
from hayal.jobs.waiting import patience, wait_for
from hayal.persona import Persona
from hayal.plugins import load_plugins
from hayal.prompts import (
    PhotoPromptRequest,
    PromptWriter,
    VideoPromptRequest,
    parse_video_prompt,
)
from hayal.videos import VideoGenerator, VideoRequest

R = TypeVar("R")

ProviderOption = Annotated[str, typer.Option("--provider", "-p", help="The provider's name, as in config.toml.")]
PersonaOption = Annotated[str, typer.Option("--persona", help="A persona of the configuration; default the first.")]
WishOption = Annotated[str, typer.Option("--wish", help="What a person would wish for, in any words.")]
PromptArgument = Annotated[str, typer.Argument(help="The prompt; default: one is written first.")]
OutOption = Annotated[Path | None, typer.Option("--out", "-o", help="The file to write.")]


def attempts() -> typer.Typer:
    """The group `hayal try`."""
    group = typer.Typer(name="try", help="Use one provider from the terminal.", no_args_is_help=True)
    group.command("photo-prompt")(photo_prompt)
    group.command("image")(image)
    group.command("video-prompt")(video_prompt)
    group.command("video")(video)
    return group


def _persona(loaded: Loaded, name: str) -> Persona:
    personas = loaded.config.personas
    chosen = name or next(iter(personas), "")
    if chosen not in personas:
        raise ConfigError(f"{loaded.file}: {unknown('a persona', chosen, personas)}")
    return personas[chosen]


def _seed(seed: int | None) -> int:
    return random.randrange(2**48) if seed is None else seed


def _with(loaded: Loaded, kind: str, name: str, work: Callable[[Any], Awaitable[R]]) -> R:
    """Enter one provider and work with it, whatever the configuration enables."""
    engine = loaded.config.engine
    field = {"prompt_writers": "prompt", "image_generators": "image", "video_generators": "video"}[kind]
    chosen = name or getattr(engine, field)[0]
    asked = engine.model_copy(update={field: (chosen,)})
    one = Loaded(loaded.config.model_copy(update={"engine": asked}), loaded.file, loaded.base, loaded.environment)
    part = load_plugins(one).make(kind, chosen)

    async def main() -> R:
        failed: Exception
        async with part:
            try:
                return await work(part)
            except Exception as error:  # noqa: BLE001 - raised below: a part's task group would wrap it
                failed = error
        raise failed

    try:
        return anyio.run(main)
    except HayalError:
        raise
    except Exception as error:
        raise PluginError(f"{chosen} breaks: {error!r}") from error


def _writable(path: Path) -> Path:
    """`path`, if its folder is there: found out before anything is made."""
    if not path.parent.is_dir() or path.is_dir():
        raise ConfigError(
            f"{path}: cannot be written: {'it is a folder' if path.is_dir() else 'there is no such folder'}"
        )
    return path


def photo_prompt(
    provider: ProviderOption = "",
    persona: PersonaOption = "",
    wish: WishOption = "",
    seed: SeedOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the prompt of a selfie and print it."""
    loaded = load(config)
    request = PhotoPromptRequest(_persona(loaded, persona), wish, "en", _seed(seed))

    async def work(writer: PromptWriter) -> str:
        return await writer.photo_prompt(request)

    typer.echo(_with(loaded, "prompt_writers", provider, work))


def _written_photo_prompt(loaded: Loaded, persona: Persona, wish: str, seed: int) -> str:
    async def work(writer: PromptWriter) -> str:
        return await writer.photo_prompt(PhotoPromptRequest(persona, wish, "en", seed))

    return _with(loaded, "prompt_writers", "", work)


def image(
    prompt: PromptArgument = "",
    provider: ProviderOption = "",
    persona: PersonaOption = "",
    wish: WishOption = "",
    seed: SeedOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a selfie and write it to a file."""
    loaded = load(config)
    who, number = _persona(loaded, persona), _seed(seed)
    text = prompt or _written_photo_prompt(loaded, who, wish, number)

    async def work(generator: ImageGenerator) -> Any:
        size = fit_size(loaded.config.video.size, generator.capabilities.sizes)
        with _progress() as bar:
            task = bar.add_task("making the picture", total=None)
            made = await generator.generate(ImageRequest(uuid.uuid4().hex, text, who, size, number))
            bar.update(task, total=1, completed=1)
        return made

    if out:
        _writable(out)
    made = _with(loaded, "image_generators", provider, work)
    path = out or Path(f"selfie.{made.mime.partition('/')[2].replace('jpeg', 'jpg')}")
    path.write_bytes(made.data)
    typer.echo(f"{path}  {len(made.data)} bytes  seed {number}")


def _film_prompt(
    loaded: Loaded, provider: str, persona: Persona, text: str, wish: str, seconds: int, flirty: bool, seed: int
) -> Any:
    request = VideoPromptRequest(persona, text, wish, seconds, flirty, "en", seed)

    async def work(writer: PromptWriter) -> Any:
        return parse_video_prompt(await writer.video_prompt(request))

    return _with(loaded, "prompt_writers", provider, work)


def video_prompt(
    photo: PromptArgument = "",
    provider: ProviderOption = "",
    persona: PersonaOption = "",
    wish: WishOption = "",
    seconds: Annotated[int | None, typer.Option("--seconds", min=1, max=60, help="Length of the video.")] = None,
    flirty: Annotated[bool, typer.Option("--flirty", help="Add a tasteful, flirty note.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the five fields as JSON.")] = False,
    seed: SeedOption = None,
    config: ConfigOption = None,
) -> None:
    """Write the prompt of a video and print it."""
    loaded = load(config)
    who, number = _persona(loaded, persona), _seed(seed)
    text = photo or _written_photo_prompt(loaded, who, wish, number)
    length = seconds or loaded.config.video.seconds
    written = _film_prompt(loaded, provider, who, text, wish, length, flirty, number)
    typer.echo(json.dumps(written.model_dump(), indent=2, ensure_ascii=False) if as_json else written.text())


def video(
    photo: PromptArgument = "",
    provider: ProviderOption = "",
    persona: PersonaOption = "",
    wish: WishOption = "",
    seconds: Annotated[int | None, typer.Option("--seconds", min=1, max=60, help="Length of the video.")] = None,
    selfie: Annotated[
        Path | None, typer.Option("--from", exists=True, dir_okay=False, help="A picture to start from.")
    ] = None,
    flirty: Annotated[bool, typer.Option("--flirty", help="Add a tasteful, flirty note.")] = False,
    seed: SeedOption = None,
    out: OutOption = None,
    config: ConfigOption = None,
) -> None:
    """Make a video, from a picture or from nothing, and write it to a file."""
    loaded = load(config)
    who, number = _persona(loaded, persona), _seed(seed)
    length = seconds or loaded.config.video.seconds
    text = photo or _written_photo_prompt(loaded, who, wish, number)
    written = _film_prompt(loaded, "", who, text, wish, length, flirty, number)
    path = _writable(out or Path("video.mp4"))
    settings = loaded.config.video

    async def work(generator: VideoGenerator) -> tuple[int, float]:
        from hayal.jobs.footage import fit_picture

        capabilities = generator.capabilities
        size = fit_size(settings.size, capabilities.sizes)
        made_length = fit_seconds(length, capabilities.seconds)
        if made_length != length:
            typer.echo(f"{length} seconds were asked for, {made_length} can be made", err=True)
        reference = fit_picture(selfie.read_bytes(), *size) if selfie and capabilities.reference else None
        key = uuid.uuid4().hex
        request = VideoRequest(key, written, who, made_length, size, number, reference)
        began = time.monotonic()
        with _progress() as bar:
            task = bar.add_task("making the video", total=1.0)
            remote = await generator.submit(request)

            async def tell(progress: float | None) -> None:
                bar.update(task, completed=progress or 0.0)

            deadline = time.time() + patience(settings.poll_interval, settings.poll_attempts)
            await wait_for(lambda: generator.poll(remote), tell, deadline, settings.poll_interval)
            size_in_bytes = 0
            async with await anyio.open_file(path, "wb") as file:
                async for chunk in generator.download(remote):
                    size_in_bytes += len(chunk)
                    await file.write(chunk)
            bar.update(task, completed=1.0)
        return size_in_bytes, time.monotonic() - began

    size_in_bytes, took = _with(loaded, "video_generators", provider, work)
    typer.echo(f"{path}  {size_in_bytes} bytes  {took:.1f} s  seed {number}")


def _progress() -> Any:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
    )
