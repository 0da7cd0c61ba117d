"""A short film, made once: a colour that changes, and silence; with a place and a comment in it, as a phone writes them."""

import io
from functools import cache

import av
import numpy as np

PLACE, COMMENT = "+53.5511+009.9937/", "Kamera von Wanda"


@cache
def film(
    name: str = "mp4", seconds: float = 2.0, size: tuple[int, int] = (64, 48), seen: str = "", heard: str = ""
) -> bytes:
    """MP4 with H.264 and AAC, or WebM with VP9 and Opus, or what is asked for."""
    out, width, height = io.BytesIO(), *size
    usual = ("libx264", "aac") if name in ("mp4", "mov") else ("libvpx-vp9", "libopus")
    with av.open(out, "w", format=name) as container:
        container.metadata.update({"location": PLACE, "comment": COMMENT})
        stream, sound = (
            container.add_stream(seen or usual[0], rate=10),
            container.add_stream(heard or usual[1], rate=48000),
        )
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for number in range(round(seconds * 10)):
            picture = np.full((height, width, 3), (number * 10 % 256, 120, 40), dtype="uint8")
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode())
        for number in range(round(seconds * 48000 / 960)):
            silence = av.AudioFrame.from_ndarray(np.zeros((1, 960), dtype="float32"), format="fltp", layout="mono")
            silence.sample_rate, silence.pts = 48000, number * 960
            container.mux(sound.encode(silence))
        container.mux(sound.encode())
    return out.getvalue()
