/* Tokens, paragraphs and sentences of an article: what tocsin/prepare/structure.py says, for ordinary text.
 *
 * Part of kernel.c, which takes it in. What characters and words mean, and all limits, come from tocsin/prepare/signs.py.
 */

#define BEYOND 0xff    /* stands for any character beyond ASCII, where characters are compared */
#define WORD_BYTES 16  /* of the longest word in a table */

/* Signs of a character, as in signs.py. */
enum {
    SPACE = 1 << 0,
    LOWER = 1 << 1,
    LARGE = 1 << 2, /* upper or title case */
    ALPHA = 1 << 3,
    ALNUM = 1 << 4,
    DECIMAL = 1 << 5,
    LINE_END = 1 << 6,
    LINE_STOP = 1 << 7,  /* paragraphs: a line that ends with it may be full */
    STOP = 1 << 8,       /* sentences */
    STRAY = 1 << 9,      /* a stop that may stand alone behind one */
    IDEOGRAPHIC = 1 << 10,
    CLOSER = 1 << 11,
    WIDE_CLOSER = 1 << 12,
    OPENER = 1 << 13,
    QUOTE = 1 << 14,     /* may stand between a stop and a word glued to it */
    PARTING = 1 << 15,
    LAST_STOP = 1 << 16, /* furniture: ends prose */
    LAST_CLOSER = 1 << 17,
    APOSTROPHE = 1 << 18, /* within a word that opens furniture */
    RIGHTS = 1 << 19,     /* a copyright sign */
    RARE = 1 << 20,      /* the rarest letter of a phrase */
    CREDITING = 1 << 21, /* in a line that is no prose: it may be a credit, an address, a tag */
    SEPARATOR = 1 << 22, /* between the entries of a menu in one line */
    DASH = 1 << 23,      /* a long one */
    ODD = 1 << 30,        /* in lower case it is not one character of its own script */
};
#define MET ((uint32_t)1 << 31)
#define MARKS (LINE_END | STOP | RARE) /* what is looked for: its places are kept, so that a text is gone through once */

/* Kinds of words. */
enum {
    TITLE_WORD = 1 << 0,
    ABBREVIATION = 1 << 1,
    BEGINNER = 1 << 2,
    OPENING = 1 << 3, /* opens furniture … */
    COMMON = 1 << 4,  /* … but much else, too: so it is furniture only if what follows is … */
    SECOND = 1 << 5,  /* … one of these */
    LONE = 1 << 6,    /* begins lines that are no prose and say nothing else */
    ROLE = 1 << 7,    /* ends them */
    STAMP = 1 << 8,   /* stands in a date or a time */
};
/* Of pieces: first of its paragraph; it may be furniture; the rest of a sentence that is too long; it may begin with a
 * dateline. */
enum { BEGINS = 1, LOOK = 2, GOES_ON = 4, DATED = 8 };
/* Of paragraphs: it may open as furniture does; it is no prose; by what else it says it may be furniture; it may be the title
 * again. */
enum { OPENS = 1, NO_PROSE = 2, SAYS = 4, AGAIN = 8 };
enum { ANYWHERE = 1, IN_LINES = 2 }; /* phrases: of any paragraph, of those alone that are no prose */
#define LETTERS 26

typedef struct {
    const uint32_t *signs; /* by code point; 0: not yet looked up */
    uint64_t sign_count;
    const uint64_t *words; /* two halves of the text, kinds; in order */
    uint64_t word_count;
    const uint8_t *phrases; /* what may make furniture of a paragraph wherever it stands, in small letters; at most 64 */
    const uint64_t *phrase_ends; /* in these bytes */
    const uint64_t *rare;        /* which letter of each has the sign */
    uint64_t phrase_count;
    int64_t least_width, most_width, slack, max_lines;               /* paragraphs */
    int64_t longest_word, max_dotted, indent, small_least, max_ends; /* sentences */
    int64_t long_line, last, prose_words, run_on_words;              /* furniture */
    int64_t anywhere, few_lines, glued_words, separators, dateline;
    int64_t max_tokens;
} Prose;

typedef struct {
    size_t start, end;
} Range;

typedef struct {
    const Prose *with;
    const uint32_t *signs;
    const uint8_t *codes;
    size_t size;
    const uint32_t *marks; /* places of characters with one of these signs */
    size_t mark_count;
} Text;

static int is(const Text *text, size_t place, uint32_t signs) { return (text->signs[place] & signs) != 0; }

static size_t skip(const Text *text, size_t place, size_t end, uint32_t signs) {
    while (place < end && is(text, place, signs)) place++;
    return place;
}

static int all(const Text *text, size_t place, size_t end, uint32_t signs) {
    return place < end && skip(text, place, end, signs) == end;
}

static uint8_t small(uint8_t code) { return code >= 'A' && code <= 'Z' ? code | 0x20 : code; }

static int is_small(uint8_t code) { return code >= 'a' && code <= 'z'; }

static int is_capital(uint8_t code) { return code >= 'A' && code <= 'Z'; }

/* What kinds a word is of, whatever its case. */
static uint64_t kinds_of(const Text *text, size_t start, size_t end) {
    uint64_t half[2] = {0, 0}, low = 0, high = text->with->word_count;
    if (end - start > WORD_BYTES) return 0;
    for (size_t place = start; place < end; place++) {
        uint8_t code = text->codes[place];
        if (code == BEYOND || !code) return 0;
        size_t byte = place - start;
        half[byte >> 3] |= (uint64_t)small(code) << (56 - 8 * (byte & 7));
    }
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        const uint64_t *entry = text->with->words + 3 * middle;
        if (entry[0] < half[0] || (entry[0] == half[0] && entry[1] < half[1]))
            low = middle + 1;
        else
            high = middle;
    }
    const uint64_t *entry = text->with->words + 3 * low;
    return low < text->with->word_count && entry[0] == half[0] && entry[1] == half[1] ? entry[2] : 0;
}

/* Room for what is known of a text's characters. */
typedef struct {
    uint32_t *signs, *marks;
    uint8_t *codes;
} Characters;

/* Looks at all characters. Returns 0, or why not. */
static int64_t look_at(const Prose *with, const uint8_t *raw, size_t size, Characters *into, Text *text) {
    size_t place = 0, count = 0, marks = 0;
    uint32_t met = MET;
    while (place < size) {
        uint32_t code = raw[place];
        size_t bytes = 1;
        if (code >= 0x80) {
            bytes = decode(raw + place, size - place, &code);
            if (!bytes || code >= with->sign_count) return GIVE_UP;
        }
        uint32_t signs = with->signs[code];
        if (signs & ODD) return GIVE_UP;
        into->codes[count] = code < 0x80 ? (uint8_t)code : BEYOND;
        into->signs[count] = signs;
        into->marks[marks] = (uint32_t)count;
        marks += (signs & MARKS) != 0; /* no branch: where they stand cannot be foretold */
        met &= signs;
        place += bytes, count++;
    }
    *text = (Text){with, into->signs, into->codes, count, into->marks, marks};
    return met ? 0 : UNKNOWN;
}

/* Paragraphs, as in paragraphs.py. */

/* Finds lines that hold more than white space. Returns how many, at most one more than there is room for. */
static size_t find_lines(const Text *text, Range *lines, size_t room) {
    size_t count = 0, start = 0;
    for (size_t mark = 0; mark <= text->mark_count && count <= room; mark++) {
        size_t end = mark < text->mark_count ? text->marks[mark] : text->size;
        if (mark < text->mark_count && !is(text, end, LINE_END)) continue;
        if (skip(text, start, end, SPACE) < end) {
            if (count < room) lines[count] = (Range){start, end};
            count++;
        }
        start = end + 1;
    }
    return count;
}

/* Whether a single line end stands between. */
static int joined(const Text *text, Range line, Range after) {
    size_t between = after.start - line.end;
    return between == 1 || (between == 2 && text->codes[line.end] == '\r' && text->codes[line.end + 1] == '\n');
}

/* Whether the next line's first word would not have fitted. */
static int is_full(const Text *text, Range line, Range after, int64_t width) {
    size_t word = skip(text, after.start, after.end, SPACE), end = word;
    while (end < after.end && !is(text, end, SPACE)) end++;
    return (int64_t)(line.end - line.start + 1 + end - word) > width - text->with->slack;
}

/* How long lines are: of ten, nine are no longer. None of more than so many is told apart from the others. */
static int64_t ninth_tenth(const Range *lines, size_t count, int64_t most) {
    size_t counts[258] = {0}, passed = 0, wanted = count > 10 ? count * 9 / 10 : count - 1;
    if (most > 256) most = 256;
    for (size_t line = 0; line < count; line++) {
        size_t length = lines[line].end - lines[line].start;
        counts[length > (size_t)most ? (size_t)most + 1 : length]++;
    }
    for (int64_t length = 0;; length++) {
        passed += counts[length];
        if (passed > wanted || length > most) return length;
    }
}

/* The width that lines are cut at, or -1. */
static int64_t width_of(const Text *text, const Range *lines, size_t count) {
    const Prose *with = text->with;
    int64_t width = ninth_tenth(lines, count, with->most_width);
    if (width < with->least_width || width > with->most_width) return -1;
    size_t joints = 0, full = 0;
    int stopped = 0;
    for (size_t line = 0; line + 1 < count; line++) {
        if (!joined(text, lines[line], lines[line + 1])) continue;
        joints++;
        full += is_full(text, lines[line], lines[line + 1], width);
        stopped |= is(text, lines[line].end - 1, LINE_STOP);
    }
    return (joints < 3 ? full == joints && !stopped : full * 2 >= joints) ? width : -1;
}

static int line_goes_on(const Text *text, Range line, Range after, int64_t width) {
    size_t last = line.end - 1;
    if (width >= 0) {
        int unfinished = !is(text, last, LINE_STOP) && (int64_t)(line.end - line.start) * 2 > width;
        return unfinished || is_full(text, line, after, width);
    }
    size_t reach = after.end - after.start > 80 ? after.start + 80 : after.end;
    size_t first = skip(text, after.start, reach, SPACE);
    if (first == reach || !is(text, first, LOWER)) return 0;
    while (is(text, last, SPACE)) last--; /* a line holds more than white space */
    return !is(text, last, LINE_STOP);
}

/* Makes paragraphs of lines, in place. Returns how many. */
static size_t join_lines(const Text *text, Range *lines, size_t count) {
    int any = 0;
    for (size_t line = 0; line + 1 < count && !any; line++) any = joined(text, lines[line], lines[line + 1]);
    if (!any) return count;
    int64_t width = width_of(text, lines, count);
    size_t made = 1;
    Range line = lines[0];
    for (size_t next = 1; next < count; next++) {
        Range after = lines[next];
        if (joined(text, line, after) && line_goes_on(text, line, after, width))
            lines[made - 1].end = after.end;
        else
            lines[made++] = after;
        line = after;
    }
    return made;
}

/* Sentences, as in sentences.py. */

typedef struct {
    const Text *text;
    Range block;
    int in_small; /* whether the block is written in small letters; -1: not yet asked */
} Stops;

/* Where a stop ends, with its quotes and the stray ones behind it. */
static size_t after_stop(const Text *text, size_t stop, size_t end) {
    size_t at = skip(text, skip(text, stop, end, STOP), end, CLOSER | WIDE_CLOSER);
    for (;;) {
        size_t next = skip(text, at, end, SPACE), stray = next;
        if (next == at) return at;
        next = skip(text, stray, end, STRAY);
        if (next == stray) return at;
        next = skip(text, next, end, CLOSER);
        if (next < end && !is(text, next, SPACE)) return at;
        at = next;
    }
}

static int in_small_letters(const Text *text, Range block) {
    size_t small_starts = 0, large_starts = 0, small_from = block.start, large_from = block.start;
    uint32_t met = 0;
    for (size_t place = block.start; place < block.end; place++) met |= text->signs[place];
    if ((met & LOWER) && !(met & LARGE)) return 1;
    const uint8_t *codes = text->codes;
    for (size_t place = block.start + 3; place < block.end; place++) {
        if (codes[place] != '.' && codes[place] != '!' && codes[place] != '?') continue;
        if (!is_small(codes[place - 1]) || !is_small(codes[place - 2]) || !is_small(codes[place - 3])) continue;
        size_t next = skip(text, place + 1, block.end, SPACE);
        if (next == place + 1 || next == block.end) continue;
        if (is_small(codes[next]) && place - 3 >= small_from) small_starts++, small_from = next + 1;
        if (is_capital(codes[next]) && place - 3 >= large_from) large_starts++, large_from = next + 1;
    }
    return (int64_t)small_starts >= text->with->small_least && small_starts > 2 * large_starts;
}

static int is_glued(const Text *text, size_t stop, size_t after, size_t end) {
    if (stop < 2 || !is(text, stop - 2, ALNUM) || !is(text, stop - 1, ALNUM) || !is(text, stop - 1, LOWER)) return 0;
    if (is(text, after, QUOTE)) after++;
    return after + 1 < end && is_capital(text->codes[after]) && is_small(text->codes[after + 1]);
}

static int is_abbreviated(const Text *text, size_t word, size_t stop, uint64_t kinds) {
    if (stop - word == 1) return is(text, word, ALPHA) && small(text->codes[word]) != 'i';
    size_t run = 0, longest = 0, dots = 0;
    for (size_t place = word; place < stop; place++) {
        run = text->codes[place] == '.' ? 0 : run + 1;
        dots += !run;
        longest = run > longest ? run : longest;
    }
    if (dots) return (int64_t)(stop - word) <= text->with->max_dotted && longest <= 2;
    return (kinds & (TITLE_WORD | ABBREVIATION)) != 0;
}

/* Whether the word at the place is one that begins sentences. */
static int begins(const Text *text, size_t place, size_t end) {
    size_t last = place;
    while (last < end && last - place <= WORD_BYTES && is(text, last, ALNUM) && !is(text, last, DECIMAL)) last++;
    return (kinds_of(text, place, last) & BEGINNER) != 0;
}

/* Whether the word before a full stop says that the sentence goes on. */
static int goes_on(const Text *text, Range block, size_t stop, size_t following) {
    const Prose *with = text->with;
    if (stop + 1 < text->size && text->codes[stop + 1] == '.') return 0;
    size_t reach = (int64_t)(stop - block.start) > with->longest_word ? stop - (size_t)with->longest_word : block.start;
    if (stop == reach || !is(text, stop - 1, ALNUM)) return 0;
    size_t word = stop;
    while (word > reach && !is(text, word - 1, PARTING)) word--;
    if (stop - word <= 2 && all(text, word, stop, DECIMAL) && (int64_t)(stop - block.start) <= with->indent &&
        skip(text, block.start, word, SPACE) == word)
        return 1;
    uint64_t kinds = kinds_of(text, word, stop);
    return is_abbreviated(text, word, stop, kinds) && ((kinds & TITLE_WORD) || !begins(text, following, block.end));
}

static int ends_here(Stops *stops, size_t stop, size_t after) {
    const Text *text = stops->text;
    if (is(text, stop, IDEOGRAPHIC)) return 1;
    if (!is(text, after, SPACE)) return is_glued(text, stop, after, stops->block.end);
    size_t following = skip(text, after, stops->block.end, OPENER);
    if (following == stops->block.end) return 0;
    if (is(text, following, LOWER)) {
        if (stops->in_small < 0) stops->in_small = in_small_letters(text, stops->block);
        if (!stops->in_small) return 0;
    }
    return text->codes[stop] != '.' || !goes_on(text, stops->block, stop, following);
}

/* Furniture, as in furniture.py: only whether Python must look. */

/* Whether what stands behind a common word, or a number, may follow it in furniture. What is beyond ASCII may. */
static int has_second(const Text *text, size_t place, size_t end) {
    while (place < end && !is(text, place, ALNUM)) place++;
    size_t last = place;
    for (; last < end && is(text, last, ALNUM); last++)
        if (text->codes[last] == BEYOND || is(text, last, DECIMAL)) return 1;
    return (kinds_of(text, place, last) & SECOND) != 0;
}

static int may_open(const Text *text, size_t start, size_t end) {
    size_t word = start;
    while (word < end && !is(text, word, ALNUM | RIGHTS) && text->codes[word] != '_') word++;
    if (word == end) return 0;
    if (is(text, word, RIGHTS)) return 1;
    uint32_t every = DECIMAL, some = 0;
    size_t last = word;
    for (; last < end && (is(text, last, ALNUM | APOSTROPHE) || text->codes[last] == '_'); last++)
        every &= text->signs[last], some |= text->signs[last];
    if (some & APOSTROPHE) return 1;
    uint64_t kinds = every ? OPENING | COMMON : kinds_of(text, word, last);
    return (kinds & OPENING) && (!(kinds & COMMON) || has_second(text, last, end));
}

static int is_prose(const Text *text, size_t start, size_t end) {
    int64_t words = 1;
    int ascii = 1;
    for (size_t place = start; place < end; place++) {
        words += text->codes[place] == ' ';
        ascii &= text->codes[place] != BEYOND;
    }
    if (words >= text->with->run_on_words) return 1;
    if (words < text->with->prose_words && ascii) return 0;
    size_t reach = (int64_t)(end - start) > text->with->last ? end - (size_t)text->with->last : start;
    while (end > reach && is(text, end - 1, LAST_CLOSER)) end--;
    return end > reach && is(text, end - 1, LAST_STOP);
}

/* Whether all words beside the numbers may stand in a stamp of date and time. */
static int may_be_stamp(const Text *text, size_t start, size_t end) {
    for (size_t place = start, word; place < end; place++) {
        uint32_t beyond = 0;
        for (word = place; place < end && is(text, place, ALNUM) && !is(text, place, DECIMAL); place++)
            beyond |= text->codes[place] == BEYOND;
        if (place > word && !beyond && !(kinds_of(text, word, place) & STAMP)) return 0;
    }
    return 1;
}

/* Whether the first or the last word is one of lines that say nothing else. What is beyond ASCII may be. */
static int has_lone_word(const Text *text, size_t start, size_t end) {
    const uint8_t *codes = text->codes;
    while (start < end && !is(text, start, ALNUM) && codes[start] != '_') start++;
    if (start == end || codes[end - 1] == '-') return 1;
    size_t last = start, first = end;
    for (; last < end && (is(text, last, ALNUM | APOSTROPHE) || codes[last] == '_'); last++)
        if (codes[last] == BEYOND || codes[last] == '_') return 1;
    for (; first > start && is(text, first - 1, ALNUM); first--)
        if (codes[first - 1] == BEYOND) return 1;
    uint64_t kinds = kinds_of(text, start, last);
    return ((kinds & LONE) && (!(kinds & COMMON) || has_second(text, last, end))) ||
           (kinds_of(text, first, end) & ROLE);
}

/* Whether what is no prose may be furniture by anything but how it opens, and but for phrases. */
static int may_be_alone(const Text *text, size_t start, size_t end) {
    uint32_t met = 0;
    int64_t separators = 0, glued = 0;
    for (size_t place = start; place < end; place++) {
        met |= text->signs[place];
        separators += is(text, place, SEPARATOR);
        glued += is_capital(text->codes[place]) && place > start && is_small(text->codes[place - 1]);
    }
    return (met & CREDITING) || !(met & SPACE) || separators >= text->with->separators ||
           glued >= text->with->glued_words || has_lone_word(text, start, end) ||
           ((met & DECIMAL) && may_be_stamp(text, start, end));
}

/* What a paragraph may be, by itself. phrases: of what kinds stand in it. */
static int look_of(const Text *text, Range block, int phrases) {
    size_t start = block.start, end = block.end;
    if ((int64_t)(end - start) > text->with->long_line) return 0;
    start = skip(text, start, end, SPACE);
    while (end > start && is(text, end - 1, SPACE)) end--;
    int prose = is_prose(text, start, end), opens = may_open(text, start, end);
    int says = (phrases & ANYWHERE) || (end - start >= 4 && memcmp(text->codes + start, "Home", 4) == 0) ||
               (!prose && (phrases || may_be_alone(text, start, end)));
    return (opens ? OPENS : 0) | (prose ? 0 : NO_PROSE) | (says ? SAYS : 0);
}

/* For each letter, the phrases whose rarest it is. */
static void sort_phrases(const Prose *with, uint64_t *by_letter) {
    size_t begun = 0;
    memset(by_letter, 0, LETTERS * sizeof *by_letter);
    for (uint64_t phrase = 0; phrase < with->phrase_count; begun = with->phrase_ends[phrase++])
        by_letter[with->phrases[begun + with->rare[phrase]] - 'a'] |= (uint64_t)1 << phrase;
}

/* Whether a phrase stands around this letter of its, in the paragraph. */
static int is_phrase(const Text *text, uint64_t phrase, size_t place, Range block) {
    const Prose *with = text->with;
    size_t begun = phrase ? with->phrase_ends[phrase - 1] : 0, length = with->phrase_ends[phrase] - begun;
    size_t before = with->rare[phrase], at = 0;
    if (place < block.start + before || block.end - place + before < length) return 0;
    while (at < length && small(text->codes[place - before + at]) == with->phrases[begun + at]) at++;
    return at == length;
}

/* What kinds of phrases stand in a paragraph. mark: the first of its marks; then the first behind it. */
static int phrases_in(const Text *text, const uint64_t *by_letter, Range block, size_t *mark) {
    int found = 0;
    for (; *mark < text->mark_count && text->marks[*mark] < block.end; ++*mark) {
        size_t place = text->marks[*mark];
        if (place < block.start || !is(text, place, RARE)) continue;
        uint64_t some = by_letter[small(text->codes[place]) - 'a'];
        for (uint64_t phrase = 0; some; phrase++, some >>= 1)
            if ((some & 1) && is_phrase(text, phrase, place, block))
                found |= (int64_t)phrase < text->with->anywhere ? ANYWHERE : IN_LINES;
    }
    return found;
}

/* Whether so many tokens stand in what Python reads of a block as the title has: it may be the title again. */
static int may_be_title(const int32_t *rows, int32_t tokens, Range block, int64_t long_line, int64_t title_tokens) {
    int cut = (int64_t)(block.end - block.start) > long_line;
    int32_t end = (int32_t)(cut ? block.start + (size_t)long_line : block.end);
    int64_t count = 0;
    while (count < tokens && count <= title_tokens + 1 && rows[2 * count] < end) count++;
    /* Where it is cut, letters that dots join may be one more. */
    return title_tokens && (count == title_tokens || (cut && count == title_tokens + 1));
}

/* Structure */

typedef struct {
    const int32_t *rows; /* of the body */
    int32_t tokens, first; /* how many; the first one's number in the document */
    int32_t *out;
    size_t room, made; /* numbers */
    int32_t low;       /* the next piece's first token, counted in the body */
    int32_t count, looks;
} Pieces;

/* Whether something that ends a dateline stands so near. */
static int may_be_dated(const Text *text, size_t start) {
    const uint8_t *codes = text->codes;
    size_t reach = (size_t)text->with->dateline, end = text->size - start > reach ? start + reach : text->size;
    for (size_t place = start; place < end; place++) {
        uint8_t code = codes[place];
        if (is(text, place, DASH)) return 1;
        if (code != '-' && code != '_' && code != ':' && code != '=') continue;
        if (place + 1 < text->size && (code == ':' || code == '=') && is(text, place + 1, SPACE)) return 1;
        if (code == ':' || code == '=') continue;
        if (place + 1 < text->size && code == '-' && codes[place + 1] == '-') return 1;
        if (place > start && (codes[place - 1] == '.' || is(text, place - 1, SPACE))) return 1;
    }
    return 0;
}

static void add(Pieces *pieces, int32_t number) {
    if (pieces->made < pieces->room) pieces->out[pieces->made] = number;
    pieces->made++;
}

static void add_piece(Pieces *pieces, Range range, int32_t low, int32_t high, size_t paragraph, int flags) {
    add(pieces, (int32_t)range.start), add(pieces, (int32_t)range.end);
    add(pieces, low), add(pieces, high);
    add(pieces, (int32_t)paragraph), add(pieces, flags);
    pieces->looks += (flags & (LOOK | GOES_ON)) != 0;
    pieces->count++;
}

/* Adds the sentence that ends here, if a token stands in it, in pieces if it is too long. Returns whether one does. */
static int add_sentence(Pieces *pieces, const Text *text, Range range, size_t paragraph, int begun) {
    int32_t low = pieces->low, high = low;
    while (high < pieces->tokens && pieces->rows[2 * high] < (int32_t)range.end) high++;
    if (low == high) return 0;
    int look = !begun && may_open(text, (size_t)pieces->rows[2 * low], range.end);
    int dated = begun && may_be_dated(text, (size_t)pieces->rows[2 * low]);
    int32_t most = (int32_t)text->with->max_tokens;
    for (int32_t first = low, last; first < high; first = last) {
        last = high - first > most ? first + most : high;
        Range part = {first == low ? range.start : (size_t)pieces->rows[2 * first],
                      last == high ? range.end : (size_t)pieces->rows[2 * last - 1]};
        int flags = first > low ? GOES_ON : (begun ? BEGINS : 0) | (look ? LOOK : 0) | (dated ? DATED : 0);
        add_piece(pieces, part, pieces->first + first, pieces->first + last, paragraph, flags);
    }
    pieces->low = high;
    return 1;
}

/* Parts paragraphs into sentences. Returns 0, or GIVE_UP. */
static int find_sentences(const Text *text, const Range *blocks, size_t count, Pieces *pieces) {
    size_t place = count ? blocks[0].start : 0, last = count ? blocks[count - 1].end : 0;
    size_t mark = 0;
    int64_t ends = 0;
    for (size_t number = 0; number < count; number++, ends++) {
        Stops stops = {text, blocks[number], -1};
        size_t start = blocks[number].start, end = blocks[number].end;
        int begun = 1;
        for (; mark < text->mark_count && text->marks[mark] < end; mark++) {
            if (text->marks[mark] < place || !is(text, text->marks[mark], STOP)) continue;
            place = text->marks[mark];
            size_t after = after_stop(text, place, last);
            if (after < end && ends_here(&stops, place, after)) {
                ends++;
                if (add_sentence(pieces, text, (Range){start, after}, number + 1, begun)) start = after, begun = 0;
            }
            if (ends >= text->with->max_ends) return GIVE_UP;
            place = after;
        }
        add_sentence(pieces, text, (Range){start, end}, number + 1, begun);
        if (ends >= text->with->max_ends) return GIVE_UP;
    }
    return 0;
}

/* Adds the paragraphs: start, end, flags. A few that are no prose need no look: they are neither menu nor links. */
static void add_blocks(Pieces *pieces, const Text *text, const Range *blocks, size_t count) {
    int32_t token = 0, short_lines = 0, first = 0;
    size_t mark = 0;
    uint64_t by_letter[LETTERS];
    sort_phrases(text->with, by_letter);
    for (size_t number = 0; number < count; number++) {
        Range block = blocks[number];
        while (token < pieces->tokens && pieces->rows[2 * token] < (int32_t)block.start) token++;
        int look = look_of(text, block, phrases_in(text, by_letter, block, &mark));
        if (may_be_title(pieces->rows + 2 * token, pieces->tokens - token, block, text->with->long_line, pieces->first - 1))
            look |= AGAIN;
        add(pieces, (int32_t)block.start), add(pieces, (int32_t)block.end), add(pieces, look);
        pieces->looks += (look & ~NO_PROSE) != 0;
        short_lines += (look & NO_PROSE) != 0;
        if (!number) first = look;
    }
    if (first & NO_PROSE || short_lines >= text->with->few_lines) pieces->looks += short_lines;
}

static int64_t characters_of(const uint8_t *text, size_t size) {
    int64_t count = 0;
    for (size_t place = 0; place < size; place++) count += (text[place] & 0xc0) != 0x80;
    return count;
}

/* Says for each token what piece it is in. */
static void number_tokens(const int32_t *pieces, int32_t count, int32_t tokens, int32_t *out) {
    for (int32_t token = 0; token < tokens; token++) out[token] = -1;
    for (int32_t number = 0; number < count; number++)
        for (int32_t token = pieces[6 * number + 2]; token < pieces[6 * number + 3]; token++) out[token] = number;
}

/* What is found in an article: how many of each. */
typedef struct {
    int64_t title_tokens, blocks, pieces;
    int64_t block_looks, piece_looks; /* how many of these may be furniture */
    int64_t numbers;                  /* in out: of more than there is room for, none is to be read */
} Counts;

/* Finds paragraphs and sentences. title: its length, in characters. Returns 0, or why not. */
static int64_t read_body(const Text *text, int64_t title, Range *lines, size_t room, Pieces *pieces, Counts *counts) {
    int32_t tokens = pieces->first + pieces->tokens, title_tokens = pieces->first - 1;
    size_t count = find_lines(text, lines, room);
    if (count > room) return GIVE_UP;
    count = count ? join_lines(text, lines, count) : 0;
    add_blocks(pieces, text, lines, count);
    int32_t block_looks = pieces->looks;
    size_t begun = pieces->made;
    if (title_tokens) add_piece(pieces, (Range){0, (size_t)title}, 0, title_tokens, 0, BEGINS);
    if (find_sentences(text, lines, count, pieces) < 0) return GIVE_UP;
    *counts = (Counts){title_tokens, (int64_t)count, pieces->count, block_looks, pieces->looks - block_looks, (int64_t)pieces->made};
    if (pieces->made <= pieces->room) number_tokens(pieces->out + begun, pieces->count, tokens, pieces->out);
    return 0;
}

/* Finds tokens, paragraphs and sentences of an article.
 *
 * rows: room for the places of so many tokens, each counted in its own field, with a row for the break between.
 * out: room for so many numbers: of each token its piece, of each paragraph start, end and flags, of each piece start, end,
 * first token, the one after its last, paragraph, flags.
 * Returns how many tokens there are (where they had no room, nothing else is to be read), or why not.
 */
EXPORT int64_t tocsin_structure(const Letters *letters, const Prose *with, const uint8_t *title, int64_t title_size,
                                const uint8_t *body, int64_t body_size, int32_t *rows, int64_t room, int32_t *out,
                                int64_t out_room, Counts *counts) {
    if (title_size < 0 || body_size < 0 || body_size > INT32_MAX / 4 || room < 1 || out_room < 0 ||
        with->max_tokens < 1)
        return GIVE_UP;
    int64_t of_title = tocsin_positions(letters, title, title_size, rows, room - 1);
    if (of_title < 0) return of_title;
    int64_t left = room - 1 - of_title;
    int32_t *own = left < 0 ? rows : rows + 2 * (of_title + 1);
    int64_t of_body = tocsin_positions(letters, body, body_size, own, left);
    if (of_body < 0) return of_body;
    int64_t tokens = of_title + 1 + of_body;
    if (tokens > room || tokens > INT32_MAX / 8) return tokens > room ? tokens : GIVE_UP;
    rows[2 * of_title] = rows[2 * of_title + 1] = 0;
    /* Each line end parts two lines at most. */
    size_t size = (size_t)body_size, most = size / 2 + 1;
    if (most > (size_t)with->max_lines) most = (size_t)with->max_lines;
    Range *lines = malloc(most * sizeof *lines + (size + 1) * (2 * sizeof(uint32_t) + 1));
    if (!lines) return NO_MEMORY;
    Characters characters;
    characters.signs = (uint32_t *)(lines + most);
    characters.marks = characters.signs + size + 1;
    characters.codes = (uint8_t *)(characters.marks + size + 1);
    Text text;
    Pieces pieces = {own, (int32_t)of_body, (int32_t)of_title + 1, out, (size_t)out_room, (size_t)tokens, 0, 0, 0};
    int64_t status = look_at(with, body, size, &characters, &text);
    if (!status) status = read_body(&text, characters_of(title, (size_t)title_size), lines, most, &pieces, counts);
    free(lines);
    return status < 0 ? status : tokens;
}
