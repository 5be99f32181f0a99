/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "eval_dft_priv.h"

#include <stdlib.h>
#include <string.h>

static int32_t centred(int32_t index, uint32_t n)
{
    const int32_t i = (int32_t)((uint32_t)index & (n - 1));

    return i >= (int32_t)(n / 2) ? i - (int32_t)n : i;
}

void sck_diagonals_free(struct sck_diagonals *diagonals)
{
    for (uint32_t i = 0; i < diagonals->count; i++)
        free(diagonals->value[i]);
    diagonals->count = 0;
}

/* The diagonal of that index, made of zeros if there was none. */
static double *diagonal(struct sck_diagonals *m, int32_t index)
{
    uint32_t at = 0;

    index = centred(index, m->n);
    while (at < m->count && m->index[at] < index)
        at++;
    if (at < m->count && m->index[at] == index)
        return m->value[at];
    double *made = m->count < SCK_MAX_DIAGONALS
                       ? calloc(2 * (size_t)m->n, sizeof *made)
                       : NULL;

    if (made == NULL)
        return NULL;
    memmove(m->index + at + 1, m->index + at,
            (m->count - at) * sizeof *m->index);
    memmove(m->value + at + 1, m->value + at,
            (m->count - at) * sizeof *m->value);
    m->index[at] = index;
    m->value[at] = made;
    m->count++;
    return made;
}

/* One butterfly stage of blocks of len, or its inverse times 2. */
static int stage(const struct sck_ring *ring, struct sck_diagonals *m,
                 int inverse, uint32_t len)
{
    const uint32_t half = len / 2, turn = ring->n / (2 * len);
    double *same = diagonal(m, 0);
    double *next = diagonal(m, (int32_t)half);
    double *last = diagonal(m, -(int32_t)half);

    if (same == NULL || next == NULL || last == NULL)
        return 0;
    for (uint32_t at = 0; at < m->n; at += len) {
        uint32_t power = 1; /* 5^j mod 4 len */

        for (uint32_t j = 0; j < half; j++, power = 5 * power % (4 * len)) {
            const double *w = ring->zeta + 2 * (size_t)(4 * len - power) * turn;
            const size_t x = 2 * (size_t)(at + j), y = x + 2 * (size_t)half;

            same[x] = 1;
            if (inverse) {
                /* x + conj(w) y, x - conj(w) y; at half = n/2 both
                 * off-diagonals are one, at different places. */
                next[x] = w[0];
                next[x + 1] = -w[1];
                last[y] = 1;
                same[y] = -w[0];
                same[y + 1] = w[1];
            } else {
                next[x] = 0.5;
                same[x] = 0.5;
                last[y] = w[0] / 2;
                last[y + 1] = w[1] / 2;
                same[y] = -w[0] / 2;
                same[y + 1] = -w[1] / 2;
            }
        }
    }
    return 1;
}

/* out = s m. */
static int multiply(const struct sck_diagonals *s,
                    const struct sck_diagonals *m, struct sck_diagonals *out)
{
    const uint32_t mask = m->n - 1;

    for (uint32_t i = 0; i < s->count; i++)
        for (uint32_t k = 0; k < m->count; k++) {
            double *to = diagonal(out, s->index[i] + m->index[k]);

            if (to == NULL)
                return 0;
            for (uint32_t j = 0; j < m->n; j++) {
                const double *a = s->value[i] + 2 * (size_t)j;
                const double *b =
                    m->value[k] +
                    2 * (size_t)((j + (uint32_t)s->index[i]) & mask);

                to[2 * (size_t)j] += a[0] * b[0] - a[1] * b[1];
                to[2 * (size_t)j + 1] += a[0] * b[1] + a[1] * b[0];
            }
        }
    return 1;
}

static uint32_t stage_length(uint32_t slots, int inverse, uint32_t i)
{
    return inverse ? 2u << i : slots >> i;
}

static uint32_t insert(int32_t *index, uint32_t count, int32_t x)
{
    uint32_t at = count;

    for (uint32_t i = 0; i < count; i++)
        if (index[i] == x)
            return count;
    for (; at > 0 && index[at - 1] > x; at--)
        index[at] = index[at - 1];
    index[at] = x;
    return count + 1;
}

uint32_t sck_dft_indices(uint32_t slots, int inverse, uint32_t first,
                         uint32_t stages, int32_t *index)
{
    uint32_t count = 1;

    index[0] = 0;
    for (uint32_t i = 0; i < stages; i++) {
        const int32_t half =
            (int32_t)stage_length(slots, inverse, first + i) / 2;
        const uint32_t before = count;
        int32_t old[SCK_MAX_DIAGONALS];

        memcpy(old, index, before * sizeof *old);
        for (uint32_t k = 0; k < before && count + 2 <= SCK_MAX_DIAGONALS;
             k++) {
            count = insert(index, count, centred(old[k] + half, slots));
            count = insert(index, count, centred(old[k] - half, slots));
        }
    }
    return count;
}

static void scale(struct sck_diagonals *m, double factor)
{
    for (uint32_t i = 0; i < m->count; i++)
        for (size_t j = 0; j < 2 * (size_t)m->n; j++)
            m->value[i][j] *= factor;
}

sck_status sck_dft_diagonals(const struct sck_ring *ring, uint32_t slots,
                             int inverse, uint32_t first, uint32_t stages,
                             double factor, struct sck_diagonals *out)
{
    int made = 1;

    memset(out, 0, sizeof *out);
    out->n = slots;
    if (stages == 0) { /* the identity */
        double *one = diagonal(out, 0);

        made = one != NULL;
        for (uint32_t j = 0; j < slots && made; j++)
            one[2 * (size_t)j] = 1;
    }
    for (uint32_t i = 0; i < stages && made; i++) {
        const uint32_t len = stage_length(slots, inverse, first + i);
        struct sck_diagonals one = {.n = slots}, next = {.n = slots};

        made = stage(ring, &one, inverse, len);
        if (i == 0 || !made) {
            *out = one;
            continue;
        }
        made = multiply(&one, out, &next);
        sck_diagonals_free(&one);
        sck_diagonals_free(out);
        *out = next;
    }
    if (!made) {
        sck_diagonals_free(out);
        return SCK_FAIL(SCK_ERR_MEMORY, "a matrix of %u slots", slots);
    }
    scale(out, factor);
    return SCK_OK;
}
