/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
#include "device_graphs.h"
#include "fixture.h"

const struct emulated_kernel emulated_kernels[] = {
    {"ntt", check_ntt, 1},
    {"ntt in place", check_ntt_in_place, 1},
    {"intt", check_intt, 1},
    {"automorphism", check_automorphism, 0},
    {"elementwise", check_elementwise, 0},
    {"sample_uniform", check_sample_uniform, 0},
    {"encode: embed", check_embed, 0},
    {"encode: limbs", check_limbs, 1},
    {"encode: embed, short rings", check_short_embed, 0},
    {"encode: limbs, short rings", check_short_limbs, 1},
    {"decompose", check_decompose, 1},
    {"decompose of several", check_decompose_parts, 1},
    {"decompose of coefficients", check_coefficients, 0},
    {"decompose in parts", check_decompose_in_parts, 1},
    {"base_convert", check_base_convert, 0},
    {"rescale", check_rescale, 1},
    {"rescale in place", check_rescale_in_place, 1},
    {"rescale of two, turned", check_rescale_turned, 1},
    {"rescale of two, turned, in place", check_rescale_turned_in_place, 1},
    {"rescale of several blocks", check_rescale_parts, 1},
    {"mod_down", check_mod_down, 1},
    {"mod_raise", check_mod_raise, 1},
    {"key_mac", check_key_mac, 0},
    {"key_switch", check_key_switch, 1},
    {"key_switch onto", check_key_switch_onto, 1},
    {"key_switch of several blocks", check_key_switch_parts, 1},
    {"key_switch of two polynomials", check_key_switch_batch, 1},
    {"hoisted_switch", check_hoisted_switch, 1},
    {"hoisted_diagonals", check_hoisted_diagonals, 1},
    {"tensor", check_tensor, 0},
    {"dot", check_dot, 0},
    {"automorphism_sum", check_automorphism_sum, 0},
    {"combination", check_combination, 0},
    {"diagonals", check_diagonals, 0},
};
const size_t emulated_kernel_count =
    sizeof emulated_kernels / sizeof emulated_kernels[0];

uint32_t **fixture_rows(uint32_t count, uint32_t words)
{
    uint32_t **rows = fixture_memory(count * sizeof *rows);

    for (uint32_t i = 0; i < count; i++)
        rows[i] = fixture_memory(words * sizeof **rows);
    return rows;
}

uint32_t **fixture_residues(const struct sck_ring *ring, uint32_t first,
                            uint32_t count, int kind)
{
    uint32_t **rows = fixture_rows(count, ring->n);

    for (uint32_t i = 0; i < count; i++)
        sck_test_fill(rows[i], ring->n, oracle_primes[first + i], kind);
    return rows;
}

size_t fixture_compare(const struct sck_ring *ring, int status,
                       uint32_t *const *want, uint32_t *const *got,
                       uint32_t count)
{
    status = sck_device_replay(status, NULL);
    const int ended = fixture_wait();
    const int failed = status != 0 || ended != 0;
    size_t differing = failed ? SIZE_MAX : 0;

    for (uint32_t i = 0; !failed && i < count; i++)
        for (uint32_t j = 0; j < ring->n; j++)
            differing += want[i][j] != got[i][j];
    fixture_free();
    sck_ring_free(ring);
    return differing;
}

void fixture_tables(const struct sck_ring *ring, const uint32_t *q,
                    uint32_t count, struct sck_prime_table *tables)
{
    const size_t bytes = ring->n * sizeof(uint32_t);

    for (uint32_t i = 0; i < count; i++) {
        struct sck_prime_table *t = &tables[i];

        *t = *sck_ring_prime(ring, q[i]);
        t->psi = fixture_constant(t->psi, bytes);
        t->psi_shoup = fixture_constant(t->psi_shoup, bytes);
        t->ipsi = fixture_constant(t->ipsi, bytes);
        t->ipsi_shoup = fixture_constant(t->ipsi_shoup, bytes);
    }
}

void fixture_sources(const struct sck_ring *ring, uint32_t first,
                     uint32_t count, int kind, uint32_t *const *rows)
{
    for (uint32_t i = 0; i < count; i++)
        sck_test_fill(rows[i], ring->n, oracle_primes[first + i], kind);
    for (uint32_t j = 0; j < ring->n; j++)
        rows[count][j] =
            oracle_v(oracle_primes + first, count, fixture_in(rows), j);
}
