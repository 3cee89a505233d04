//! Apple Lossless: packets of `alac-encoder` in an MP4 file written by hand (ISO/IEC 14496-12).

use alac_encoder::{AlacEncoder, DEFAULT_FRAMES_PER_PACKET, FormatDescription};
use anyhow::Result;

use crate::mix::RATE;

/// An M4A file with these interleaved stereo samples.
pub(crate) fn encode(samples: &[i16]) -> Result<Vec<u8>> {
    let input = FormatDescription::pcm::<i16>(f64::from(RATE), 2);
    let output = FormatDescription::alac(f64::from(RATE), DEFAULT_FRAMES_PER_PACKET, 2);
    let mut encoder = AlacEncoder::new(&output);
    let mut buffer = vec![0; output.max_packet_size()];
    let mut packets = Vec::new();
    for frames in samples.chunks(usize::try_from(DEFAULT_FRAMES_PER_PACKET)? * 2) {
        let pcm: Vec<u8> = frames.iter().flat_map(|sample| sample.to_ne_bytes()).collect();
        let length = encoder.encode(&input, &pcm, &mut buffer);
        packets.push(buffer[..length].to_vec());
    }

    let brand = atom(b"ftyp", &[b"M4A ", &[0; 4][..], b"M4A mp42isom"])?;
    let media = atom(b"mdat", &packets.iter().map(Vec::as_slice).collect::<Vec<_>>())?;
    let track = Track {
        frames: u32::try_from(samples.len() / 2)?,
        sizes: packets
            .iter()
            .map(|packet| u32::try_from(packet.len()))
            .collect::<Result<_, _>>()?,
        offset: u32::try_from(brand.len() + 8)?,
        cookie: encoder.magic_cookie(),
    };
    Ok([brand, media, track.movie()?].concat())
}

/// What the index of the file has to know.
struct Track {
    frames: u32,
    sizes: Vec<u32>,
    offset: u32,
    cookie: Vec<u8>,
}

impl Track {
    fn movie(&self) -> Result<Vec<u8>> {
        // Volume 1, then the unit matrix; nothing is previewed or selected, the next track would be 2.
        let header = full_atom(
            b"mvhd",
            0,
            &[
                &[0; 8],
                &be(RATE),
                &be(self.frames),
                &be(0x1_0000),
                &[1, 0],
                &[0; 10],
                &MATRIX,
                &[0; 24],
                &be(2),
            ],
        )?;
        atom(b"moov", &[&header, &self.track()?])
    }

    fn track(&self) -> Result<Vec<u8>> {
        let header = full_atom(
            b"tkhd",
            7,
            &[
                &[0; 8],
                &be(1),
                &[0; 4],
                &be(self.frames),
                &[0; 12],
                &[1, 0],
                &[0; 2],
                &MATRIX,
                &[0; 8],
            ],
        )?;
        // Language `und`.
        let media_header =
            full_atom(b"mdhd", 0, &[&[0; 8], &be(RATE), &be(self.frames), &[0x55, 0xc4, 0, 0]])?;
        let handler = full_atom(b"hdlr", 0, &[&[0; 4], b"soun", &[0; 13]])?;
        let media = atom(b"mdia", &[&media_header, &handler, &self.information()?])?;
        atom(b"trak", &[&header, &media])
    }

    fn information(&self) -> Result<Vec<u8>> {
        let sound_header = full_atom(b"smhd", 0, &[&[0; 4]])?;
        // The data is in this very file.
        let location = full_atom(b"url ", 1, &[])?;
        let locations = atom(b"dinf", &[&full_atom(b"dref", 0, &[&be(1), &location])?])?;
        atom(b"minf", &[&sound_header, &locations, &self.samples()?])
    }

    fn samples(&self) -> Result<Vec<u8>> {
        let cookie = full_atom(b"alac", 0, &[&self.cookie])?;
        // 16.16 fixed point, of which 44100 needs the upper half only.
        let rate = be(RATE << 16);
        let entry =
            atom(b"alac", &[&[0; 6], &[0, 1], &[0; 8], &[0, 2, 0, 16], &[0; 4], &rate, &cookie])?;
        let description = full_atom(b"stsd", 0, &[&be(1), &entry])?;

        let packets = u32::try_from(self.sizes.len())?;
        let last = self.frames - (packets - 1) * DEFAULT_FRAMES_PER_PACKET;
        let times =
            [be(2), be(packets - 1), be(DEFAULT_FRAMES_PER_PACKET), be(1), be(last)].concat();
        let sizes: Vec<u8> = self.sizes.iter().copied().flat_map(be).collect();
        atom(
            b"stbl",
            &[
                &description,
                &full_atom(b"stts", 0, &[&times])?,
                &full_atom(b"stsc", 0, &[&be(1), &be(1), &be(packets), &be(1)])?,
                &full_atom(b"stsz", 0, &[&be(0), &be(packets), &sizes])?,
                &full_atom(b"stco", 0, &[&be(1), &be(self.offset)])?,
            ],
        )
    }
}

const MATRIX: [u8; 36] = [
    0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0x40, 0, 0, 0,
];

fn be(value: u32) -> [u8; 4] {
    value.to_be_bytes()
}

fn atom(name: &[u8; 4], parts: &[&[u8]]) -> Result<Vec<u8>> {
    let length = 8 + parts.iter().map(|part| part.len()).sum::<usize>();
    let mut bytes = be(u32::try_from(length)?).to_vec();
    bytes.extend(name);
    parts.iter().for_each(|part| bytes.extend(*part));
    Ok(bytes)
}

/// An atom with a version, always 0, and flags.
fn full_atom(name: &[u8; 4], flags: u32, parts: &[&[u8]]) -> Result<Vec<u8>> {
    let flags = be(flags);
    let parts: Vec<&[u8]> = [&flags[..]].into_iter().chain(parts.iter().copied()).collect();
    atom(name, &parts)
}
