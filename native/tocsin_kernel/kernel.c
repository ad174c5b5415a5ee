/* The innermost loops of Tocsin: folding, token positions, and the scan for patterns; prose.c adds paragraphs and sentences.
 *
 * Plain C99 with no Python in it; loaded with ctypes. Each function says the same as its twin in Python, which is the
 * reference (tocsin/folding.py, tocsin/match/table.py: what the arrays mean is written there). Nothing is kept between
 * calls, inputs are never written to, and every index that comes from a table is checked: a damaged file may hide
 * patterns, it cannot make this read elsewhere.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__)
#define EXPORT __attribute__((visibility("default")))
#define PREFETCH(address) __builtin_prefetch(address)
#else
#define EXPORT
#define PREFETCH(address) ((void)0)
#endif

/* Changes with every signature, struct or meaning here, and with native.ABI. */
#define ABI 3

enum { NO_MEMORY = -1, NO_ROOM = -2, UNKNOWN = -3, GIVE_UP = -4 };

EXPORT uint32_t tocsin_kernel_abi(void) { return ABI; }

/* Scanning ---------------------------------------------------------------------------------------------------- */

#define NONE UINT32_MAX
#define LONG 32
#define WAITING 512 /* heads that passed the filter and wait for their slot to come from memory */
#define AHEAD 16 /* tokens whose places in the filter are asked for before the first is read */

typedef struct {
    const uint64_t *byte;    /* 256 */
    const uint64_t *power;   /* of the base, from 0 on */
    const uint64_t *inverse; /* the same of its inverse */
    uint64_t powers;
    uint64_t prefix;
} Hash;

typedef struct {
    const uint8_t *filter;
    uint64_t filter_bits;
    const uint32_t *slots; /* key, number, lengths */
    uint64_t slot_count;
    uint64_t homes;
    const uint8_t *blob;
    uint64_t blob_size;
    const uint32_t *ends;
    uint64_t count;
    uint64_t patterns;
    const uint32_t *longer;
    uint64_t longer_count;
    const uint32_t *beginnings;
    uint64_t beginning_count;
} Table;

/* A space: the token with its number begins behind it, and ends at the next one. */
typedef struct {
    uint64_t hash; /* of the token that ends here */
    uint32_t place;
} Space;

typedef struct {
    uint64_t hash;
    uint32_t token;
    uint32_t kind; /* ONE, PAIR, or how many bytes of the token plus PAIR */
} Head;

enum { ONE = 0, PAIR = 1 };

typedef struct {
    Head heads[WAITING];
    size_t count;
} Waiting;

typedef struct {
    const Hash *hash;
    const uint8_t *text;
    const Space *spaces;
    uint64_t *before; /* hash of all bytes before each space: worked out when it is first asked for */
    int summed;
    size_t tokens;
    uint32_t *out; /* first, last, number */
    uint64_t room, found;
} Scan;

static uint32_t start_of(const Scan *scan, size_t token) { return scan->spaces[token].place + 1; }

static uint32_t size_of(const Scan *scan, size_t first, size_t last) {
    return scan->spaces[last].place - start_of(scan, first);
}

/* Hash of a token. Most are asked for no more than this: so it is made without the powers of a whole text. */
static uint64_t hash_of_one(const Scan *scan, size_t token) { return scan->spaces[token + 1].hash; }

static uint64_t hash_of_two(const Scan *scan, size_t token) {
    const uint64_t *power = scan->hash->power + size_of(scan, token, token + 1);
    return hash_of_one(scan, token) + scan->hash->byte[' '] * power[0] + hash_of_one(scan, token + 1) * power[1];
}

static void sum_up(Scan *scan) {
    const Hash *with = scan->hash;
    const Space *spaces = scan->spaces;
    scan->before[0] = 0;
    for (size_t token = 0; token < scan->tokens; token++) {
        uint64_t space = with->byte[' '] * with->power[spaces[token].place];
        uint64_t own = hash_of_one(scan, token) * with->power[start_of(scan, token)];
        scan->before[token + 1] = scan->before[token] + space + own;
    }
    scan->summed = 1;
}

/* Hash of a run of tokens up to, not with, last. */
static uint64_t hash_of(Scan *scan, size_t first, size_t last) {
    if (!scan->summed) sum_up(scan);
    uint64_t space = scan->hash->byte[' '] * scan->hash->power[scan->spaces[first].place];
    return (scan->before[last] - scan->before[first] - space) * scan->hash->inverse[start_of(scan, first)];
}

static void emit(Scan *scan, uint32_t first, uint32_t last, uint32_t number) {
    if (scan->found < scan->room) {
        uint32_t *into = scan->out + 3 * scan->found;
        into[0] = first;
        into[1] = last;
        into[2] = number;
    }
    scan->found++;
}

static int is_text(const Table *table, uint32_t number, const uint8_t *text, uint32_t size) {
    uint32_t begun = number ? table->ends[number - 1] : 0, end = table->ends[number];
    if (begun > end || end > table->blob_size || end - begun != size) return 0;
    return memcmp(table->blob + begun, text, size) == 0;
}

/* Emits what is found at this key, returns the lengths of what goes on from here. */
static uint32_t probe(Scan *scan, const Table *table, uint64_t hash, uint32_t first, uint32_t last, int prefix,
                      uint32_t size) {
    uint32_t key = (uint32_t)(hash >> 32), lengths = 0;
    for (uint64_t place = key * table->homes >> 32; place < table->slot_count; place++) {
        const uint32_t *slot = table->slots + 3 * place;
        if (slot[0] > key) break;
        if (slot[0] < key) continue;
        lengths |= slot[2];
        if (slot[1] < table->count && (slot[1] >= table->patterns) == prefix &&
            is_text(table, slot[1], scan->text + start_of(scan, first), size))
            emit(scan, first, last, slot[1]);
    }
    return lengths;
}

static void ask(Scan *scan, const Table *table, uint32_t first, size_t count) {
    size_t last = first + count;
    probe(scan, table, hash_of(scan, first, last), first, (uint32_t)last, 0, size_of(scan, first, last));
}

/* Looks up the patterns of three tokens or more that begin here. */
static void go_on(Scan *scan, const Table *table, uint32_t first, uint32_t lengths) {
    size_t left = scan->tokens - first;
    uint32_t rest = lengths >> 3;
    for (size_t count = 3; rest && count <= left; count++, rest >>= 1)
        if (rest & 1) ask(scan, table, first, count);
    if (!(lengths & 1)) return;
    for (uint64_t longer = 0; longer < table->longer_count && table->longer[longer] <= left; longer++)
        ask(scan, table, first, table->longer[longer]);
}

/* Looks up what waits. All slots are asked for before the first is read: memory answers many at a time. */
static void look_up(Scan *scan, const Table *table, Waiting *waiting) {
    for (size_t place = 0; place < waiting->count; place++)
        PREFETCH(table->slots + 3 * ((waiting->heads[place].hash >> 32) * table->homes >> 32));
    for (size_t place = 0; place < waiting->count; place++) {
        const Head *head = waiting->heads + place;
        uint32_t first = head->token;
        if (head->kind == ONE) {
            probe(scan, table, head->hash, first, first + 1, 0, size_of(scan, first, first + 1));
        } else if (head->kind == PAIR) {
            uint32_t lengths = probe(scan, table, head->hash, first, first + 2, 0, size_of(scan, first, first + 2));
            if (lengths) go_on(scan, table, first, lengths);
        } else {
            probe(scan, table, head->hash, first, first + 1, 1, head->kind - PAIR);
        }
    }
    waiting->count = 0;
}

static uint64_t bit_of(const Table *table, uint64_t hash) { return (hash >> 32) * table->filter_bits >> 32; }

/* Lets the head wait if it passes the filter. No branch on that: it could not be foretold. */
static void put(Scan *scan, const Table *table, Waiting *waiting, uint64_t hash, size_t token, uint32_t kind) {
    if (waiting->count == WAITING) look_up(scan, table, waiting);
    waiting->heads[waiting->count] = (Head){hash, (uint32_t)token, kind};
    uint64_t bit = bit_of(table, hash);
    waiting->count += table->filter[bit >> 3] >> (bit & 7) & 1;
}

static void put_beginnings(Scan *scan, const Table *table, Waiting *waiting, size_t token) {
    const Hash *with = scan->hash;
    const uint8_t *text = scan->text + start_of(scan, token);
    uint32_t size = size_of(scan, token, token + 1);
    uint64_t hash = 0, next = 0;
    for (uint32_t length = 1; length <= size && next < table->beginning_count; length++) {
        hash += with->byte[text[length - 1]] * with->power[length - 1];
        if (table->beginnings[next] != length) continue;
        put(scan, table, waiting, hash ^ with->prefix, token, length + PAIR);
        next++;
    }
}

static void scan_table(Scan *scan, const Table *table, size_t own) {
    Waiting waiting;
    waiting.count = 0;
    if (!table->count || !table->filter_bits) return;
    uint64_t pairs[AHEAD];
    for (size_t first = 0, last; first < own; first = last) {
        last = own - first > AHEAD ? first + AHEAD : own;
        for (size_t token = first; token < last; token++) {
            uint64_t one = hash_of_one(scan, token);
            uint64_t pair = token + 1 < scan->tokens ? hash_of_two(scan, token) : one;
            PREFETCH(table->filter + (bit_of(table, one) >> 3));
            PREFETCH(table->filter + (bit_of(table, pair) >> 3));
            pairs[token - first] = pair;
        }
        for (size_t token = first; token < last; token++) {
            put(scan, table, &waiting, hash_of_one(scan, token), token, ONE);
            if (table->beginning_count) put_beginnings(scan, table, &waiting, token);
            if (token + 1 < scan->tokens) put(scan, table, &waiting, pairs[token - first], token, PAIR);
        }
    }
    look_up(scan, table, &waiting);
}

static size_t count_spaces(const uint8_t *text, size_t size) {
    size_t spaces = 0;
    for (size_t place = 0; place < size; place++) spaces += text[place] == ' ';
    return spaces;
}

/* Finds the spaces and hashes each token before one. There must be room for one more than there are. */
static void split(const Hash *with, const uint8_t *text, size_t size, Space *spaces) {
    uint64_t hash = 0;
    size_t count = 0, length = 0;
    for (size_t place = 0; place < size; place++) {
        spaces[count] = (Space){hash, (uint32_t)place};
        uint64_t inside = text[place] == ' ' ? 0 : ~(uint64_t)0; /* no branch: where words end cannot be foretold */
        hash = (hash + with->byte[text[place]] * with->power[length]) & inside;
        length = (length + 1) & (size_t)inside;
        count += 1 + (size_t)inside;
    }
}

/* Scans a block of folded text for the patterns of some tables, one after another.
 *
 * own: tokens before which a space stands in so many bytes are asked about.
 * out: room for so many matches of three numbers; counts: of each table, how many there are, whether they had room or not.
 * Returns how many own tokens there are, NO_MEMORY, or NO_ROOM where the block is longer than there are powers.
 */
EXPORT int64_t tocsin_scan(const Hash *with, const uint8_t *text, int64_t size, int64_t own, const Table *const *tables,
                           int64_t table_count, uint32_t *out, int64_t room, int64_t *counts) {
    if (size < 0 || (uint64_t)size > with->powers || size > INT32_MAX) return NO_ROOM;
    size_t count = count_spaces(text, (size_t)size);
    Space few[1024], *spaces = few;
    uint64_t before_few[1024], *before = before_few;
    if (count >= sizeof few / sizeof *few) {
        spaces = malloc((count + 1) * (sizeof *spaces + sizeof *before));
        if (!spaces) return NO_MEMORY;
        before = (uint64_t *)(spaces + count + 1);
    }
    split(with, text, (size_t)size, spaces);
    Scan scan = {with, text, spaces, before, 0, count ? count - 1 : 0, out, (uint64_t)room, 0};
    size_t owned = scan.tokens;
    if (own < size)
        while (owned && spaces[owned - 1].place >= own) owned--;
    for (int64_t table = 0; table < table_count; table++) {
        uint64_t found = scan.found;
        scan_table(&scan, tables[table], owned);
        counts[table] = (int64_t)(scan.found - found);
    }
    if (spaces != few) free(spaces);
    return (int64_t)owned;
}

/* Folding ----------------------------------------------------------------------------------------------------- */

/* What a character beyond ASCII folds to: KNOWN, its bytes in bits 56 to 58, the bytes themselves from bit 0 on. 0: not yet
 * looked up. Anything else: not to be said in seven bytes. */
#define KNOWN ((uint64_t)1 << 63)
#define MOST 7

typedef struct {
    const uint64_t *letters; /* by code point */
    uint64_t letter_count;
} Letters;

/* Writes what ASCII characters fold to: letters and digits, spaces, and dots. */
static void map_ascii(const uint8_t *restrict text, size_t size, uint8_t *restrict out) {
    for (size_t place = 0; place < size; place++) {
        uint8_t code = text[place], small = code | 0x20;
        uint8_t kept = (uint8_t)(code - '0') < 10 || code == '.' ? code : ' ';
        out[place] = (uint8_t)(small - 'a') < 26 ? small : kept;
    }
}

static size_t ascii_run(const uint8_t *text, size_t size) {
    size_t place = 0;
    for (; place + 8 <= size; place += 8) {
        uint64_t eight;
        memcpy(&eight, text + place, 8);
        if (eight & UINT64_C(0x8080808080808080)) break;
    }
    while (place < size && text[place] < 0x80) place++;
    return place;
}

/* Reads one character beyond ASCII; returns its bytes, 0 where they are cut. */
static size_t decode(const uint8_t *text, size_t size, uint32_t *code) {
    size_t bytes = text[0] >= 0xf0 ? 4 : text[0] >= 0xe0 ? 3 : 2;
    if (bytes > size) return 0;
    uint32_t value = text[0] & (0x7f >> bytes);
    for (size_t place = 1; place < bytes; place++) value = value << 6 | (text[place] & 0x3f);
    *code = value;
    return bytes;
}

/* Writes what each character folds to. Returns how many bytes, or why not. */
static int64_t map_text(const Letters *with, const uint8_t *text, size_t size, uint8_t *out, size_t room) {
    size_t made = 0, place = 0;
    while (place < size) {
        size_t run = ascii_run(text + place, size - place);
        if (run > room - made) return NO_ROOM;
        map_ascii(text + place, run, out + made);
        place += run, made += run;
        while (place < size && text[place] >= 0x80) {
            uint32_t code;
            size_t bytes = decode(text + place, size - place, &code);
            if (!bytes || code >= with->letter_count) return GIVE_UP;
            uint64_t folded = with->letters[code];
            if (!folded) return UNKNOWN;
            if (!(folded & KNOWN)) return GIVE_UP;
            size_t length = folded >> 56 & MOST;
            if (length > room - made) return NO_ROOM;
            for (size_t one = 0; one < length; one++) out[made + one] = (uint8_t)(folded >> 8 * one);
            place += bytes, made += length;
        }
    }
    return (int64_t)made;
}

static int parts(uint8_t code) { return code == ' ' || code == '.'; }

/* Bytes of the one letter that stands here, alone up to a space, a dot or the end; 0 where none does. */
static size_t single(const uint8_t *mapped, size_t size) {
    if (!size || parts(mapped[0]) || (mapped[0] >= '0' && mapped[0] <= '9')) return 0;
    size_t bytes = 1;
    while (bytes < size && (mapped[bytes] & 0xc0) == 0x80) bytes++;
    return bytes == size || parts(mapped[bytes]) ? bytes : 0;
}

/* Folds a text: its tokens with single spaces between and around. Returns how many bytes, or why not. */
EXPORT int64_t tocsin_fold(const Letters *with, const uint8_t *text, int64_t size, uint8_t *out, int64_t room) {
    if (size < 0 || room < 2) return NO_ROOM;
    int64_t mapped = map_text(with, text, (size_t)size, out + 1, (size_t)room - 2);
    if (mapped < 0) return mapped;
    /* In place: what is written never overtakes what is read. */
    size_t end = (size_t)mapped + 1, made = 1, run = 1; /* run: where the letters since the last space or dot began */
    uint8_t last = out[0] = ' ';
    for (size_t place = 1; place < end; place++) {
        uint8_t code = out[place];
        if (code == '.') {
            size_t before = place - run;
            run = place + 1;
            if (before && single(out + made - before, before) && single(out + run, end - run)) continue;
            code = ' ';
        }
        run = code == ' ' ? place + 1 : run;
        out[made] = code;
        made += (code != ' ') | (last != ' ');
        last = code;
    }
    if (last != ' ') out[made++] = ' ';
    return (int64_t)made;
}

/* Goes through a text and what it was folded to side by side. */
typedef struct {
    const Letters *with;
    const uint8_t *text;
    size_t size, place;
    size_t characters; /* how many stand before place */
    size_t mapped;     /* how many bytes they were folded to */
} Cursor;

/* Returns which character a byte of the folded text came from; asked in ascending order. The end came from the end. */
static size_t origin(Cursor *cursor, size_t byte) {
    while (byte >= cursor->mapped) {
        if (cursor->place >= cursor->size) return cursor->characters;
        const uint8_t *text = cursor->text + cursor->place;
        size_t bytes = 1, length = 1;
        uint32_t code = 0;
        if (*text >= 0x80) {
            bytes = decode(text, cursor->size - cursor->place, &code);
            length = cursor->with->letters[code] >> 56 & MOST;
        }
        cursor->place += bytes, cursor->mapped += length, cursor->characters++;
    }
    return cursor->characters - 1;
}

#define JOINED 1 /* stands for a dot that joins two single letters */

/* Makes dots in mapped text what they are: part of a token, or a space. */
static void settle_dots(uint8_t *mapped, size_t end) {
    for (size_t dot = 0; dot < end; dot++) {
        const uint8_t *next = memchr(mapped + dot, '.', end - dot);
        if (!next) return;
        dot = (size_t)(next - mapped);
        size_t letter = dot;
        while (letter && (mapped[letter - 1] & 0xc0) == 0x80) letter--;
        if (letter) letter--;
        int alone = !letter || parts(mapped[letter - 1]) || mapped[letter - 1] == JOINED;
        int joins = alone && single(mapped + letter, dot - letter) && single(mapped + dot + 1, end - dot - 1);
        mapped[dot] = joins ? JOINED : ' ';
    }
}

/* Writes where the runs between spaces begin and end. Returns how many numbers that is. */
static size_t find_runs(const uint8_t *mapped, size_t end, int32_t *out, size_t room) {
    size_t count = 0;
    int inside = 0;
    for (size_t place = 0; place < end; place++) {
        int solid = mapped[place] != ' ';
        if (count < room) out[count] = (int32_t)place;
        count += (size_t)(solid ^ inside); /* no branch: where words end cannot be foretold */
        inside = solid;
    }
    if (inside && count < room) out[count] = (int32_t)end;
    return count + (size_t)inside;
}

/* Makes places in mapped text places in the text itself. */
static void lead_back(Cursor *cursor, int32_t *runs, size_t count) {
    for (size_t run = 0; run + 1 < count; run += 2) {
        size_t first = origin(cursor, (size_t)runs[run]), end = (size_t)runs[run + 1];
        size_t last = origin(cursor, end - 1) + 1, next = origin(cursor, end);
        runs[run] = (int32_t)first;
        runs[run + 1] = (int32_t)(next > last ? next : last); /* marks that follow the last letter belong to it */
    }
}

/* Finds the tokens' places in the text: start and end of each, in characters. Returns how many tokens, or why not. */
EXPORT int64_t tocsin_positions(const Letters *with, const uint8_t *text, int64_t size, int32_t *out, int64_t room) {
    if (size < 0 || size > INT32_MAX / 4) return GIVE_UP;
    int ascii = ascii_run(text, (size_t)size) == (size_t)size;
    size_t most = ascii ? (size_t)size : 4 * (size_t)size; /* seven bytes for two are the most */
    uint8_t *mapped = malloc(most + 1);
    if (!mapped) return NO_MEMORY;
    int64_t made = map_text(with, text, (size_t)size, mapped, most);
    if (made > 0) {
        size_t places = room > 0 ? 2 * (size_t)room : 0;
        settle_dots(mapped, (size_t)made);
        size_t count = find_runs(mapped, (size_t)made, out, places);
        Cursor cursor = {with, text, (size_t)size, 0, 0, 0};
        if (!ascii) lead_back(&cursor, out, count < places ? count : places);
        made = (int64_t)(count / 2);
    }
    free(mapped);
    return made;
}

#include "prose.c"
