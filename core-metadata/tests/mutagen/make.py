"""Makes tagged files with ffmpeg, flac, opusenc and mutagen.

    make.py FOLDER

A format whose program is missing is left out; the names of what was made go to the standard output.
"""

import pathlib
import shutil
import subprocess
import sys

import mutagen.apev2
import mutagen.flac
import mutagen.id3
import mutagen.mp4
import mutagen.oggopus
import mutagen.oggvorbis
import mutagen.wave
import mutagen.aiff

FOLDER = pathlib.Path(sys.argv[1])
TONE = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2"]
IDS = ["0383dadf-2a4e-4d10-a46a-e9e041da8eb3", "f27ec8db-af05-4f36-916e-3d57f91ecf5e"]
LYRICS = "First line\nSecond line, ünïcode"

PLAIN = {
    "title": "Tïtle", "artist": "Ada", "album": "Album", "album_artist": "Various", "track": "3/12", "disc": "1/2",
    "date": "2004-05-01", "genre": "Electronic", "composer": "Clara", "comment": "A remark",
}

COMMENTS = {
    "TITLE": ["Tïtle"], "ARTIST": ["Ada", "Béla"], "ARTISTS": ["Ada", "Béla"], "ALBUM": ["Album"],
    "ALBUMARTIST": ["Various"], "TRACKNUMBER": ["3"], "TRACKTOTAL": ["12"], "DISCNUMBER": ["1"], "DISCTOTAL": ["2"],
    "DATE": ["2004-05-01"], "ORIGINALDATE": ["1999-12-31"], "GENRE": ["Electronic", "Ambient"], "COMPOSER": ["Clara"],
    "COMMENT": ["A remark"], "TITLESORT": ["Title"], "ARTISTSORT": ["Ada, A."], "ALBUMSORT": ["Album, The"],
    "ALBUMARTISTSORT": ["Artists, Various"], "COMPILATION": ["1"], "DISCSUBTITLE": ["Side A"], "LABEL": ["Tones"],
    "ISRC": ["ABCDE1234567"], "BPM": ["120"], "MUSICBRAINZ_RELEASETRACKID": [IDS[0]],
    "MUSICBRAINZ_TRACKID": [IDS[1]], "MUSICBRAINZ_ALBUMID": [IDS[0]], "MUSICBRAINZ_RELEASEGROUPID": [IDS[1]],
    "MUSICBRAINZ_ARTISTID": IDS, "MUSICBRAINZ_ALBUMARTISTID": [IDS[1]], "REPLAYGAIN_TRACK_GAIN": ["-6.48 dB"],
    "REPLAYGAIN_TRACK_PEAK": ["0.988553"], "REPLAYGAIN_ALBUM_GAIN": ["+1.20 dB"],
    "REPLAYGAIN_ALBUM_PEAK": ["1.020000"], "LYRICS": [LYRICS],
}

made = []


def make(name, *arguments):
    path = FOLDER / name
    if shutil.which(arguments[0]) is None:
        return None
    command = [str(path) if argument == "OUT" else argument for argument in arguments]
    if subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode:
        return None
    made.append(name)
    return path


def ffmpeg(name, *options, tags=PLAIN):
    words = [word for key, value in tags.items() for word in ("-metadata", f"{key}={value}")]
    return make(name, "ffmpeg", "-nostdin", "-y", *TONE, *words, *options, "OUT")


def id3(tags, version):
    frames = mutagen.id3
    encoding = 3 if version == 4 else 1
    text = {
        "TIT2": ["Tïtle"], "TPE1": ["Ada", "Béla"], "TALB": ["Album"], "TPE2": ["Various"], "TRCK": ["3/12"],
        "TPOS": ["1/2"], "TDRC": ["2004-05-01"], "TDOR": ["1999"], "TCON": ["Electronic", "Ambient"], "TCOM": ["Clara"],
        "TSOT": ["Title"], "TSOP": ["Ada, A."], "TSOA": ["Album, The"], "TSO2": ["Artists, Various"], "TCMP": ["1"],
        "TSST": ["Side A"], "TPUB": ["Tones"], "TSRC": ["ABCDE1234567"], "TBPM": ["120"],
    }
    for name, values in text.items():
        tags.add(getattr(frames, name)(encoding=encoding, text=values))
    user = {
        "MusicBrainz Release Track Id": IDS[:1], "MusicBrainz Album Id": IDS[:1], "MusicBrainz Artist Id": IDS,
        "MusicBrainz Release Group Id": IDS[1:], "MusicBrainz Album Artist Id": IDS[1:], "ARTISTS": ["Ada", "Béla"],
        "REPLAYGAIN_TRACK_GAIN": ["-6.48 dB"], "replaygain_track_peak": ["0.988553"],
    }
    for name, values in user.items():
        tags.add(frames.TXXX(encoding=encoding, desc=name, text=values))
    tags.add(frames.UFID(owner="http://musicbrainz.org", data=IDS[1].encode()))
    tags.add(frames.RVA2(desc="album", channel=1, gain=1.5, peak=0.75))
    tags.add(frames.COMM(encoding=encoding, lang="eng", desc="", text=["A remark"]))
    tags.add(frames.USLT(encoding=encoding, lang="eng", desc="", text=LYRICS))
    lines = [("First line", 1000), ("Second line, ünïcode", 2500)]
    tags.add(frames.SYLT(encoding=encoding, lang="eng", format=2, type=1, desc="", text=lines))


def mp3(version):
    path = ffmpeg(f"id3v2{version}.mp3", "-id3v2_version", "0", tags={})
    if path:
        tags = mutagen.id3.ID3()
        id3(tags, version)
        if version == 3:
            tags.update_to_v23()
        # Several values with terminators between them, as in version 2.4: slashes are in names.
        tags.save(path, v2_version=version, v1=2 if version == 4 else 0, v23_sep=None)


def comments(name, kind, *options):
    path = ffmpeg(name, *options, tags={})
    if path:
        file = kind(path)
        file.update(COMMENTS)
        file.save()


FOLDER.mkdir(parents=True, exist_ok=True)
ffmpeg("ffmpeg-id3v23.mp3", "-id3v2_version", "3", "-write_id3v1", "1")
ffmpeg("ffmpeg-id3v24.mp3", "-id3v2_version", "4")
ffmpeg("ffmpeg-vbr.mp3", "-q:a", "4")
for name in ("ffmpeg.flac", "ffmpeg.ogg", "ffmpeg.opus", "ffmpeg.m4a", "ffmpeg.wv", "ffmpeg.wav"):
    ffmpeg(name)
ffmpeg("ffmpeg-moov-first.m4a", "-movflags", "+faststart")
ffmpeg("ffmpeg-alac.m4a", "-c:a", "alac")
ffmpeg("ffmpeg-id3.aiff", "-write_id3v2", "1")
mp3(3)
mp3(4)
comments("comments.flac", mutagen.flac.FLAC)
comments("comments.ogg", mutagen.oggvorbis.OggVorbis)
opus = ffmpeg("comments.opus", tags={})
if opus:
    file = mutagen.oggopus.OggOpus(opus)
    file.update({name: values for name, values in COMMENTS.items() if not name.startswith("REPLAYGAIN")})
    file["R128_TRACK_GAIN"], file["R128_ALBUM_GAIN"] = ["-1659"], ["307"]
    file.save()
m4a = ffmpeg("atoms.m4a", tags={})
if m4a:
    file = mutagen.mp4.MP4(m4a)
    names = {
        "\xa9nam": "TITLE", "\xa9ART": "ARTIST", "aART": "ALBUMARTIST", "\xa9alb": "ALBUM", "\xa9day": "DATE",
        "\xa9gen": "GENRE", "\xa9wrt": "COMPOSER", "\xa9cmt": "COMMENT", "\xa9lyr": "LYRICS", "sonm": "TITLESORT",
        "soar": "ARTISTSORT", "soal": "ALBUMSORT", "soaa": "ALBUMARTISTSORT",
    }
    for atom, name in names.items():
        file[atom] = COMMENTS[name]
    file["trkn"], file["disk"], file["cpil"], file["tmpo"] = [(3, 12)], [(1, 2)], True, [120]
    free = {
        "MusicBrainz Release Track Id": IDS[:1], "MusicBrainz Track Id": IDS[1:], "MusicBrainz Album Id": IDS[:1],
        "MusicBrainz Release Group Id": IDS[1:], "MusicBrainz Artist Id": IDS, "MusicBrainz Album Artist Id": IDS[1:],
        "ARTISTS": ["Ada", "Béla"], "LABEL": ["Tones"], "ISRC": ["ABCDE1234567"], "DISCSUBTITLE": ["Side A"],
        "replaygain_track_gain": ["-6.48 dB"], "replaygain_track_peak": ["0.988553"],
    }
    for name, values in free.items():
        file[f"----:com.apple.iTunes:{name}"] = [value.encode() for value in values]
    file.save()
wavpack = ffmpeg("items.wv", tags={})
if wavpack:
    tags = mutagen.apev2.APEv2()
    names = {"TRACKNUMBER": "Track", "DISCNUMBER": "Disc", "DATE": "Year", "ALBUMARTIST": "Album Artist"}
    for name, values in COMMENTS.items():
        if name not in ("TRACKTOTAL", "DISCTOTAL", "ORIGINALDATE"):
            tags[names.get(name, name)] = values
    tags["Track"], tags["Disc"] = "3/12", "1/2"
    tags.save(wavpack)
for name, kind in (("id3.wav", mutagen.wave.WAVE), ("id3.aiff", mutagen.aiff.AIFF)):
    path = ffmpeg(name, tags={})
    if path:
        file = kind(path)
        file.add_tags()
        id3(file.tags, 4)
        file.save()
source = ffmpeg("source.wav", tags={})
if source:
    set_tags = [f"--tag={name}={value}" for name, values in COMMENTS.items() for value in values]
    make("flac.flac", "flac", "-f", *set_tags, str(source), "-o", "OUT")
    options = ["--title", "Tïtle", "--artist", "Ada", "--artist", "Béla", "--album", "Album", "--date", "2004-05-01"]
    make("opusenc.opus", "opusenc", *options, "--genre", "Electronic", "--comment", "ISRC=ABCDE1234567", str(source), "OUT")
print("\n".join(made))
