/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every operation with one worker and with two: b16-40 at level 25 (41 limbs,
 * 1176.6 bits, 3 digits); with --quick the same in a ring of 2^12. */
#include "operations.h"

#include <stdio.h>
#include <string.h>

enum { LEVEL = 25 };

static void hmul(void *context, uint64_t round)
{
    struct operations *o = context;
    sck_ciphertext *three, *out;

    (void)round;
    operations_check(sck_eval_mul(o->run, o->x, o->x, &three), "mul");
    operations_check(operations_relinearise_rescale(o->run, three, &out),
                     "relinearise and rescale");
    sck_ciphertext_free(three);
    operations_check(sck_run_wait(o->run), "wait");
    sck_ciphertext_free(out);
}

static void rotate(void *context, uint64_t round)
{
    struct operations *o = context;
    sck_ciphertext *out;

    (void)round;
    operations_check(sck_eval_rotate(o->run, o->x, 1, &out), "rotate");
    operations_check(sck_run_wait(o->run), "wait");
    sck_ciphertext_free(out);
}

static void hoisted(void *context, uint64_t round)
{
    struct operations *o = context;
    int64_t steps[OPERATIONS_HOISTED];
    sck_ciphertext *out[OPERATIONS_HOISTED];

    (void)round;
    for (int i = 0; i < OPERATIONS_HOISTED; i++)
        steps[i] = i + 1;
    operations_check(
        sck_eval_rotate_hoisted(o->run, o->x, steps, OPERATIONS_HOISTED, out),
        "rotate");
    operations_check(sck_run_wait(o->run), "wait");
    for (int i = 0; i < OPERATIONS_HOISTED; i++)
        sck_ciphertext_free(out[i]);
}

static void encode(void *context, uint64_t round)
{
    struct operations *o = context;
    sck_plaintext *out;

    (void)round;
    operations_check(sck_plaintext_encode(o->evaluator, o->run, o->values,
                                          o->n / 2, o->level, o->input->scale,
                                          &out),
                     "encode");
    operations_check(sck_run_wait(o->run), "wait");
    sck_plaintext_free(out);
}

static void pmul(void *context, uint64_t round)
{
    struct operations *o = context;
    sck_ciphertext *product, *out;

    (void)round;
    operations_check(sck_eval_mul_plain(o->run, o->x, o->p, &product), "mul");
    operations_check(operations_rescale(o->run, product, &out), "rescale");
    sck_ciphertext_free(product);
    operations_check(sck_run_wait(o->run), "wait");
    sck_ciphertext_free(out);
}

static void rescale(void *context, uint64_t round)
{
    struct operations *o = context;
    sck_ciphertext *out;

    (void)round;
    operations_check(operations_rescale(o->run, o->x, &out), "rescale");
    operations_check(sck_run_wait(o->run), "wait");
    sck_ciphertext_free(out);
}

static const struct {
    const char *name;
    bench_work *work;
} list[] = {{"op.hmul_relin_rescale", hmul},  {"op.rotate", rotate},
            {"op.rotate_hoisted16", hoisted}, {"op.encode", encode},
            {"op.pmul_rescale", pmul},        {"op.rescale", rescale}};

enum { OPERATIONS = sizeof list / sizeof list[0] };

static struct counted count(const struct operations *o, bench_work *work)
{
    const double ciphertext = 8.0 * o->limbs * o->n; /* two polynomials */
    struct counted c = {0};

    if (work == hmul || work == rotate || work == hoisted)
        count_decompose(o, &c);
    if (work == hmul) {
        c.macs += 4.0 * o->limbs * o->n;
        count_raise(o, &c);
        count_divide(o, 1, 1, &c);
    }
    for (int i = 0; i < (work == rotate    ? 1
                         : work == hoisted ? OPERATIONS_HOISTED
                                           : 0);
         i++) {
        count_raise(o, &c);
        count_divide(o, 1, 0, &c);
        c.copied += 2 * ciphertext;
    }
    if (work == encode)
        count_encode(o, &c);
    if (work == pmul)
        c.macs += 2.0 * o->limbs * o->n;
    if (work == pmul || work == rescale)
        count_divide(o, 0, 1, &c);
    return c;
}

void bench_operations(struct bench *b)
{
    struct operations o = {.b = b};
    int wanted =
        bench_wants(b, "op.decrypt_decode") || bench_wants_any(b, "op.keygen.");

    for (int i = 0; i < OPERATIONS; i++) {
        wanted |= bench_wants(b, list[i].name);
        if (b->options.list && bench_wants(b, list[i].name))
            puts(list[i].name);
    }
    if (b->options.list) {
        if (bench_wants(b, "op.keygen.rotation"))
            puts("op.keygen.rotation");
        if (bench_wants(b, "op.keygen.rotation_fresh"))
            puts("op.keygen.rotation_fresh");
        if (bench_wants(b, "op.decrypt_decode"))
            puts("op.decrypt_decode");
    } else if (wanted) {
        operations_open(&o, b, b->options.quick ? "test-12" : "b16-40", LEVEL);
        operations_client(&o);
        for (uint32_t workers = 1; workers <= 2; workers++) {
            operations_start(&o, workers);
            for (int i = 0; i < OPERATIONS && o.workers == workers; i++) {
                const struct counted c = count(&o, list[i].work);

                operations_row(&o, list[i].name, list[i].work, &o, &c);
            }
            operations_stop(&o);
        }
        operations_close(&o);
    }
    operations_matrix(b);
}
