"""Three things that WeasyPrint does thousands of times for a letter, done with less work while we render.

A tenth of a letter's time goes into asking, for each element and each property that no style sheet sets, all that
might make its value other than the initial or the parent's; into asking of each length whether it must be computed;
and into making, for each piece of text, another Pango context and another description of the same font. Here the
first two are answered at once where nothing else can be meant, and the last are made once for all letters, as
neither depends on a letter. Every other question goes to WeasyPrint.

This stands in for parts that WeasyPrint does not promise, so it is tied to the one version that it was read
against, whose text a test compares; with any other version it does nothing. It lasts only while a page is rendered.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

VERSION = "70.0"
"""The WeasyPrint whose parts these stand in for."""

_NOT_PLAIN = frozenset({"page", "position", "float", "display"})
"""Properties that take a value of their own from elsewhere, or from each other."""

_OF_FONT = (
    "font_family", "font_style", "font_stretch", "font_weight", "font_size", "font_variant_caps", "font_variation_settings",
)  # fmt: skip
"""All that a font's description is made from."""

_OF_FEATURES = (
    "font_kerning", "font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric",
    "font_variant_alternates", "font_variant_east_asian", "font_feature_settings",
)  # fmt: skip
"""All that a font's features are made from, in the order in which WeasyPrint asks for them."""

Missing = Callable[[Any, str], Any]
Resolve = Callable[[Any, str, Any], None]
SetUp = Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of WeasyPrint that are stood in for."""

    missing: Missing
    """How a style finds the value of a property that it was not yet asked for."""
    resolve: Resolve
    """How a box gets the length of a property, a percentage being one of a length that is given."""
    set_up: SetUp
    """How the layout of a piece of text is made ready."""

    def put_in(self) -> None:
        """Let WeasyPrint use these."""
        from weasyprint.css import ComputedStyle
        from weasyprint.layout import percent
        from weasyprint.text.line_break import Layout

        ComputedStyle.__missing__, percent.resolve_one_percentage, Layout.setup = self.missing, self.resolve, self.set_up


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickEngine:
    """What stands in for WeasyPrint's own parts while a page with these fonts is rendered, and what they were."""

    quick: Parts
    own: Parts

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """Stand in for them while it lasts."""
        self.quick.put_in()
        try:
            yield
        finally:
            self.own.put_in()


def own_parts() -> Parts:
    """WeasyPrint's own, as long as nothing stands in for them."""
    from weasyprint.css import ComputedStyle
    from weasyprint.layout.percent import resolve_one_percentage
    from weasyprint.text.line_break import Layout

    return Parts(missing=ComputedStyle.__missing__, resolve=resolve_one_percentage, set_up=Layout.setup)


def quick_engine(fonts: Any) -> QuickEngine | None:
    """What is quicker with these fonts; `None` with a WeasyPrint that it was not read against."""
    import weasyprint

    if weasyprint.__version__ != VERSION:
        return None
    from weasyprint.text.line_break import font_features, get_font_description

    own = own_parts()
    kept = _Kept(fonts=fonts, describe=get_font_description, features=font_features)
    quick = Parts(missing=_missing(own.missing), resolve=_resolve(own.resolve), set_up=_set_up(own.set_up, kept))
    return QuickEngine(quick=quick, own=own)


def _missing(own: Missing) -> Missing:
    plain, logical, inherited = _initial_values(), _logical_names(), _inherited()

    def missing(style: Any, key: str) -> Any:
        cascaded = style.cascaded
        if key not in cascaded:
            if key in plain and cascaded.keys().isdisjoint(logical.get(key, ())):
                value = style[key] = plain[key]
                return value
            if key in inherited and style.parent_style is not None:
                value = style[key] = style.parent_style[key]
                return value
        return own(style, key)

    return missing


def _is_plain(key: str) -> bool:
    return key not in _NOT_PLAIN and not key.startswith(("__", "text_decoration_"))


def _initial_values() -> Mapping[str, Any]:
    """The properties that are not inherited and whose initial value needs no computing, each with that value."""
    from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

    not_so = INHERITED | set(INITIAL_NOT_COMPUTED)
    return {key: value for key, value in INITIAL_VALUES.items() if key not in not_so and _is_plain(key)}


def _logical_names() -> Mapping[str, tuple[str, ...]]:
    """By property, the names for the same side that depend on the direction of writing."""
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS

    return {key: tuple(name(block="ttb", inline=inline) for inline in ("ltr", "rtl")) for key, name in PHYSICAL_FUNCTIONS.items()}


def _inherited() -> frozenset[str]:
    from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
    from weasyprint.css.properties import INHERITED

    return frozenset(key for key in INHERITED if _is_plain(key) and key not in PHYSICAL_FUNCTIONS)


def _resolve(own: Resolve) -> Resolve:
    from weasyprint.css.properties import Dimension

    def resolve(box: Any, name: str, whole: Any) -> None:
        value = box.style[name]
        if type(value) is not Dimension or value.unit is None:
            own(box, name, whole)
        else:
            setattr(box, name, whole * value.value / 100 if value.unit == "%" else value.value)

    return resolve


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the texts of all letters share; as many entries as our style sheets have fonts."""

    fonts: Any
    describe: Callable[[Any], Any]
    features: Callable[..., Any]
    contexts: dict[tuple[str, str], tuple[Any, Any]] = field(default_factory=dict)
    """By direction and language: Pango's context, and its language."""
    descriptions: dict[tuple[Any, ...], Any] = field(default_factory=dict)
    without_features: dict[tuple[Any, ...], bool] = field(default_factory=dict)

    def is_plain(self, style: Any) -> bool:
        """Whether a text of this style needs nothing but a font."""
        if style.font_config is not self.fonts or style["font_language_override"] != "normal":
            return False
        return style["text_decoration_line"] == "none" and self._has_no_features(style)

    def context(self, style: Any) -> tuple[Any, Any]:
        """The context for the style's direction and language, and the language."""
        key = (style["direction"], style["lang"])
        if key not in self.contexts:
            self.contexts[key] = _context(self.fonts, *key)
        return self.contexts[key]

    def description(self, style: Any) -> Any:
        """The description of the style's font; a layout takes a copy of it."""
        key = tuple([style[name] for name in _OF_FONT])
        if key not in self.descriptions:
            self.descriptions[key] = self.describe(style)
        return self.descriptions[key]

    def _has_no_features(self, style: Any) -> bool:
        key = tuple([style[name] for name in _OF_FEATURES])
        if key not in self.without_features:
            self.without_features[key] = not self.features(*key)
        return self.without_features[key]


def _context(fonts: Any, direction: str, lang: str) -> tuple[Any, Any]:
    from weasyprint.text.constants import PANGO_DIRECTION
    from weasyprint.text.ffi import ffi, gobject, pango, unicode_to_char_p

    context = ffi.gc(pango.pango_font_map_create_context(fonts.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)  # noqa: FBT003  # the signature is Pango's
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[direction])
    if not lang:
        return context, pango.pango_language_get_default()
    pointer, _alive = unicode_to_char_p(lang)
    language = pango.pango_language_from_string(pointer)
    pango.pango_context_set_language(context, language)
    return context, language


def _set_up(own: SetUp, kept: _Kept) -> SetUp:
    from weasyprint.text.ffi import ffi, gobject, pango

    def set_up(layout: Any, style: Any) -> None:
        if not kept.is_plain(style):
            own(layout, style)
            return
        context, layout.language = kept.context(style)
        layout.style, layout.first_line_direction = style, 0
        layout.layout = ffi.gc(pango.pango_layout_new(context), gobject.g_object_unref)
        pango.pango_layout_set_auto_dir(layout.layout, False)  # noqa: FBT003  # the signature is Pango's
        pango.pango_layout_set_font_description(layout.layout, kept.description(style))
        layout.ascent = layout.underline_position = layout.strikethrough_position = None

    return set_up
