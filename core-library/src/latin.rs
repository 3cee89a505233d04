//! Latin letters that Unicode does not decompose, as people type them on a keyboard without them.
//!
//! A table of our own: the transliteration libraries carry all of Unicode, which is a fifth of what a
//! browser would download, and would turn scripts that stay as they are into something nobody searches for.

/// What is typed for `letter`, a small letter; nothing if it stands for itself.
pub(crate) fn typed(letter: char) -> Option<&'static str> {
    Some(match letter {
        'ɐ' => "a",
        'æ' => "ae",
        'ƀ' | 'ƃ' | 'ƅ' | 'ɓ' => "b",
        'ƈ' | 'ȼ' | 'ɕ' => "c",
        'ð' | 'đ' | 'ƌ' | 'ȡ' | 'ɖ' | 'ɗ' => "d",
        'ȸ' => "db",
        'ǝ' | 'ɇ' | 'ə' | 'ɛ' => "e",
        'ƒ' => "f",
        'ǥ' | 'ɠ' | 'ɣ' => "g",
        'ħ' | 'ɦ' => "h",
        'ƕ' => "hv",
        'ı' | 'ɨ' | 'ɩ' => "i",
        'ȷ' | 'ɉ' | 'ʝ' => "j",
        'ĸ' | 'ƙ' => "k",
        'ł' | 'ƚ' | 'ȴ' | 'ɫ' | 'ɬ' | 'ɭ' => "l",
        'ỻ' => "ll",
        'ɱ' => "m",
        'ŋ' | 'ƞ' | 'ȵ' | 'ɲ' | 'ɳ' => "n",
        'ø' | 'ɔ' | 'ɵ' => "o",
        'œ' => "oe",
        'ƣ' => "oi",
        'ȣ' => "ou",
        'ƥ' => "p",
        'ɋ' | 'ʠ' => "q",
        'ȹ' => "qp",
        'ɍ' | 'ɽ' | 'ɾ' => "r",
        'ſ' | 'ȿ' | 'ʂ' | 'ẜ' | 'ẝ' => "s",
        'ß' => "ss",
        'ŧ' | 'ƫ' | 'ƭ' | 'ȶ' | 'ʈ' => "t",
        'þ' => "th",
        'ʉ' | 'ɯ' | 'ʊ' => "u",
        'ʋ' | 'ỽ' => "v",
        'ƿ' => "w",
        'ƴ' | 'ɏ' | 'ỿ' => "y",
        'ƶ' | 'ȥ' | 'ɀ' | 'ʐ' | 'ʒ' => "z",
        _ => return None,
    })
}
