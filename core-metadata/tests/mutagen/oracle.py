"""What mutagen and ffprobe read of audio files, in the words of this crate.

    oracle.py FILE…    one JSON object: path -> [mutagen's fields, ffprobe's fields], without those that find no audio

mutagen hands out the values of every format as they are; the tables below name the fields. They are
written from the formats' documentation and the conventions of MusicBrainz Picard, not from our tables.
"""

import json
import re
import shutil
import subprocess
import sys

import mutagen
import mutagen.apev2
import mutagen.id3
import mutagen.mp4

COMMENTS = {
    "title": "title", "artist": "artist", "artists": "artists", "album": "album",
    "albumartist": "album_artist", "album artist": "album_artist", "album_artist": "album_artist",
    "tracknumber": "track", "track": "track", "tracktotal": "track_total", "totaltracks": "track_total",
    "discnumber": "disc", "disc": "disc", "disctotal": "disc_total", "totaldiscs": "disc_total",
    "date": "date", "year": "year_only", "originaldate": "original", "originalyear": "original",
    "genre": "genres", "composer": "composer", "comment": "comment", "description": "description",
    "titlesort": "title_sort", "artistsort": "artist_sort", "albumsort": "album_sort",
    "albumartistsort": "album_artist_sort", "compilation": "compilation", "discsubtitle": "disc_subtitle",
    "label": "label", "organization": "label", "isrc": "isrc", "bpm": "bpm",
    "musicbrainz_releasetrackid": "mb_track_id", "musicbrainz_trackid": "mb_recording_id",
    "musicbrainz_albumid": "mb_album_id", "musicbrainz_releasegroupid": "mb_release_group_id",
    "musicbrainz_artistid": "mb_artist_ids", "musicbrainz_albumartistid": "mb_album_artist_ids",
    "replaygain_track_gain": "replaygain_track_gain", "replaygain_track_peak": "replaygain_track_peak",
    "replaygain_album_gain": "replaygain_album_gain", "replaygain_album_peak": "replaygain_album_peak",
    "r128_track_gain": "r128_track", "r128_album_gain": "r128_album", "lyrics": "lyrics",
}

FRAMES = {
    "TIT2": "title", "TPE1": "artist", "TPE2": "album_artist", "TALB": "album", "TRCK": "track", "TPOS": "disc",
    "TDRC": "date", "TDRL": "release", "TDOR": "original", "TCOM": "composer", "TSOT": "title_sort",
    "TSOP": "artist_sort", "TSOA": "album_sort", "TSO2": "album_artist_sort", "TCMP": "compilation",
    "TSST": "disc_subtitle", "TPUB": "label", "TSRC": "isrc", "TBPM": "bpm",
}

USER_TEXT = {
    "musicbrainz release track id": "mb_track_id", "musicbrainz album id": "mb_album_id",
    "musicbrainz release group id": "mb_release_group_id", "musicbrainz artist id": "mb_artist_ids",
    "musicbrainz album artist id": "mb_album_artist_ids", "artists": "artists",
    "replaygain_track_gain": "replaygain_track_gain", "replaygain_track_peak": "replaygain_track_peak",
    "replaygain_album_gain": "replaygain_album_gain", "replaygain_album_peak": "replaygain_album_peak",
}

ATOMS = {
    "\xa9nam": "title", "\xa9ART": "artist", "aART": "album_artist", "\xa9alb": "album", "\xa9day": "date",
    "\xa9gen": "genres", "\xa9wrt": "composer", "\xa9cmt": "comment", "\xa9lyr": "lyrics", "sonm": "title_sort",
    "soar": "artist_sort", "soal": "album_sort", "soaa": "album_artist_sort", "cpil": "compilation", "tmpo": "bpm",
}

FREE_FORM = dict(USER_TEXT, **{
    "musicbrainz track id": "mb_recording_id", "label": "label", "isrc": "isrc", "discsubtitle": "disc_subtitle",
    "originaldate": "original", "bpm": "bpm", "compilation": "compilation",
})


class Values(dict):
    def add(self, name, values, first=False):
        """Keeps what is there already where `first` is asked for."""
        if first and name in self:
            return
        kept = self.setdefault(name, [])
        for value in values:
            value = str(value).strip("\0 \t\r\n\ufeff")
            if value and value not in kept:
                kept.append(value)


def of_id3(tags):
    values = Values()
    for frame in tags.values():
        name = frame.FrameID
        if name == "TCON":
            values.add("genres", frame.genres)
        elif name in FRAMES:
            values.add(FRAMES[name], frame.text)
        elif name == "UFID" and frame.owner == "http://musicbrainz.org":
            values.add("mb_recording_id", [frame.data.decode("latin-1")])
        elif name == "COMM" and frame.desc == "":
            values.add("comment", frame.text)
        elif name == "USLT":
            values.add("lyrics", [frame.text])
        elif name == "SYLT":
            values["lines"] = [[at, text.strip()] for text, at in frame.text]
    for frame in tags.getall("TXXX"):
        if frame.desc.lower() in USER_TEXT:
            values.add(USER_TEXT[frame.desc.lower()], frame.text)
    for frame in tags.getall("COMM"):
        if frame.desc and not frame.desc.startswith(("iTun", "Songs-DB")):
            values.add("comment", frame.text, first=True)
    for frame in tags.getall("RVA2"):
        if frame.channel == 1:
            kind = "album" if frame.desc.lower() == "album" else "track"
            values.add(f"replaygain_{kind}_gain", [f"{frame.gain:.6f}"], first=True)
            values.add(f"replaygain_{kind}_peak", [f"{frame.peak:.6f}"], first=True)
    return values


def of_mp4(tags):
    values = Values()
    for name, found in tags.items():
        if name in ("trkn", "disk"):
            kind = "track" if name == "trkn" else "disc"
            number, total = found[0]
            values.add(kind, [number] if number else [])
            values.add(kind + "_total", [total] if total else [])
        elif name in ATOMS:
            values.add(ATOMS[name], [int(found)] if isinstance(found, bool) else found)
        elif name.startswith("----"):
            kind = FREE_FORM.get(name.split(":", 2)[2].lower())
            if kind:
                values.add(kind, [value.decode("utf-8", "replace") for value in found])
    return values


def of_comments(tags):
    values = Values()
    for name, value in tags:
        if name.lower() in COMMENTS:
            values.add(COMMENTS[name.lower()], [value])
    return values


def of_ape(tags):
    values = Values()
    for name, value in tags.items():
        if value.kind == mutagen.apev2.TEXT and name.lower() in COMMENTS:
            kind = COMMENTS[name.lower()]
            values.add("date" if kind == "year_only" else kind, list(value))
    return values


def values_of(file):
    tags = file.tags
    if tags is None:
        return Values()
    if isinstance(tags, mutagen.id3.ID3):
        return of_id3(tags)
    if isinstance(tags, mutagen.mp4.MP4Tags):
        return of_mp4(tags)
    if isinstance(tags, mutagen.apev2.APEv2):
        return of_ape(tags)
    return of_comments(tags)


def number(text):
    found = re.match(r"\s*(\d+)", text or "")
    return int(found[1]) or None if found and int(found[1]) < 2**32 else None


def decimal(text):
    found = re.match(r"\s*([-+]?\d+(?:\.\d+)?)", (text or "").replace(",", "."))
    return float(found[1]) if found else None


def year(text):
    found = re.search(r"\d{4}", text or "")
    return int(found[0]) or None if found else None


def date(text):
    found = re.match(r"(\d{4})(?:[-/](\d\d))?(?:[-/](\d\d))?", text or "")
    return "-".join(part for part in found.groups() if part) if found else None


def fields(file):
    values = values_of(file)
    first = lambda name: (values.get(name) or [None])[0]
    joined = lambda name: ";".join(values.get(name) or []) or None
    after = lambda name: number(first(name).partition("/")[2]) if first(name) else None
    gain = lambda name, r128: (
        decimal(first(name)) if first(name) else decimal(first(r128)) / 256 + 5 if first(r128) else None
    )
    found = {
        "title": first("title"), "artist": joined("artist") or joined("artists"),
        "artists": values.get("artists") or values.get("artist") or [],
        "album": first("album"), "album_artist": joined("album_artist"),
        "track_number": number(first("track")), "track_total": number(first("track_total")) or after("track"),
        "disc_number": number(first("disc")), "disc_total": number(first("disc_total")) or after("disc"),
        "disc_subtitle": first("disc_subtitle"),
        "year": year(first("date")) or year(first("year_only")) or year(first("release")) or year(first("original")),
        "release_date": date(first("release")) or date(first("date")) or date(first("year_only")),
        "original_year": year(first("original")), "genres": values.get("genres") or [],
        "composer": joined("composer"), "comment": first("comment") or first("description"),
        "compilation": first("compilation") in ("1", "true"), "bpm": decimal(first("bpm")) or None,
        "mb_artist_ids": values.get("mb_artist_ids") or [],
        "mb_album_artist_ids": values.get("mb_album_artist_ids") or [],
        "replaygain_track_gain": gain("replaygain_track_gain", "r128_track"),
        "replaygain_album_gain": gain("replaygain_album_gain", "r128_album"),
        "replaygain_track_peak": decimal(first("replaygain_track_peak")),
        "replaygain_album_peak": decimal(first("replaygain_album_peak")),
        "plain_lyrics": first("lyrics"), "timed_lyrics": values.get("lines") or [],
    }
    for name in ("title_sort", "artist_sort", "album_sort", "album_artist_sort", "label", "isrc", "mb_track_id",
                 "mb_recording_id", "mb_album_id", "mb_release_group_id"):
        found[name] = first(name)
    info = file.info
    for name in ("sample_rate", "channels"):
        if hasattr(info, name):
            found[name] = getattr(info, name)
    found["duration_ms"] = round(info.length * 1000)
    return found


def by_mutagen(path):
    try:
        file = mutagen.File(path)
        return fields(file) if file is not None else None
    except mutagen.MutagenError:
        return None


def by_ffprobe(path):
    if shutil.which("ffprobe") is None:
        return None
    command = ["ffprobe", "-v", "quiet", "-show_format", "-show_streams", "-of", "json", path]
    said = json.loads(subprocess.run(command, capture_output=True, check=False).stdout or "{}")
    audio = [stream for stream in said.get("streams", []) if stream.get("codec_type") == "audio"]
    if not audio:
        return None
    stream, tags = audio[0], {}
    for source in (stream.get("tags", {}), said["format"].get("tags", {})):
        tags.update({name.lower(): value for name, value in source.items()})
    found = {
        "title": tags.get("title"), "artist": tags.get("artist"), "artists": [tags.get("artist")],
        "album": tags.get("album"), "track_number": number(tags.get("track")), "year": year(tags.get("date")),
        "track_total": number((tags.get("track") or "").partition("/")[2]), "release_date": date(tags.get("date")),
        "genres": [tags.get("genre")], "comment": tags.get("comment"), "channels": stream.get("channels"),
        "sample_rate": int(stream.get("sample_rate", 0)),
    }
    duration = stream.get("duration") or said["format"].get("duration")
    if duration:
        found["duration_ms"] = round(float(duration) * 1000)
    return found


json.dump(
    {path: [found for found in (by_mutagen(path), by_ffprobe(path)) if found] for path in sys.argv[1:]}, sys.stdout
)
