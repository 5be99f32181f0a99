/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* Every operation with one worker and with two: b16-40 at level 25 (41 limbs,
 * 1176.6 bits, 3 digits); with --quick the same in a ring of 2^12. */
#include "operations.h"

#include <stdio.h>
#include <string.h>

enum { LEVEL = 25 };

uint32_t operations_hmul(struct operations *o, sck_ciphertext **out)
{
    sck_ciphertext *three;

    operations_check(sck_eval_mul(o->run, o->x, o->x, &three), "mul");
    operations_check(operations_relinearise_rescale(o->run, three, out),
                     "relinearise and rescale");
    sck_ciphertext_free(three);
    return 1;
}

uint32_t operations_rotate(struct operations *o, sck_ciphertext **out)
{
    operations_check(sck_eval_rotate(o->run, o->x, 1, out), "rotate");
    return 1;
}

uint32_t operations_hoisted(struct operations *o, sck_ciphertext **out)
{
    int64_t steps[OPERATIONS_HOISTED];

    for (int i = 0; i < OPERATIONS_HOISTED; i++)
        steps[i] = i + 1;
    operations_check(
        sck_eval_rotate_hoisted(o->run, o->x, steps, OPERATIONS_HOISTED, out),
        "rotate");
    return OPERATIONS_HOISTED;
}

uint32_t operations_pmul(struct operations *o, sck_ciphertext **out)
{
    sck_ciphertext *product;

    operations_check(sck_eval_mul_plain(o->run, o->x, o->p, &product), "mul");
    operations_check(operations_rescale(o->run, product, out), "rescale");
    sck_ciphertext_free(product);
    return 1;
}

static uint32_t rescale(struct operations *o, sck_ciphertext **out)
{
    operations_check(operations_rescale(o->run, o->x, out), "rescale");
    return 1;
}

void operations_once(struct operations *o, operations_submit *submit)
{
    sck_ciphertext *out[OPERATIONS_HOISTED];
    const uint32_t count = submit(o, out);

    operations_check(sck_run_wait(o->run), "wait");
    for (uint32_t i = 0; i < count; i++)
        sck_ciphertext_free(out[i]);
}

struct call {
    struct operations *o;
    operations_submit *submit;
    uint32_t periods; /* of the vector that is encoded, in all slots */
};

static void once(void *context, uint64_t round)
{
    const struct call *call = context;

    (void)round;
    operations_once(call->o, call->submit);
}

static void encode(void *context, uint64_t round)
{
    const struct call *call = context;
    struct operations *o = call->o;
    sck_plaintext *out;

    (void)round;
    operations_check(sck_plaintext_encode(o->evaluator, o->run, o->values,
                                          o->n / 2 / call->periods, o->level,
                                          o->input->scale, &out),
                     "encode");
    operations_check(sck_run_wait(o->run), "wait");
    sck_plaintext_free(out);
}

static const struct {
    const char *name;
    operations_submit *submit; /* NULL: encoding */
    uint32_t periods;
} list[] = {{"op.hmul_relin_rescale", operations_hmul, 0},
            {"op.rotate", operations_rotate, 0},
            {"op.rotate_hoisted16", operations_hoisted, 0},
            {"op.encode", NULL, 1},
            {"op.encode_periodic", NULL, 16},
            {"op.pmul_rescale", operations_pmul, 0},
            {"op.rescale", rescale, 0}};

enum { OPERATIONS = sizeof list / sizeof list[0] };

static struct counted count(const struct operations *o,
                            operations_submit *submit, uint32_t periods)
{
    const double ciphertext = 8.0 * o->limbs * o->n; /* two polynomials */
    struct counted c = {0};

    if (submit == operations_hmul || submit == operations_rotate ||
        submit == operations_hoisted)
        count_decompose(o, &c);
    if (submit == operations_hmul) {
        c.macs += 4.0 * o->limbs * o->n;
        count_raise(o, &c);
        count_divide(o, 1, 1, &c);
    }
    const int turns = submit == operations_rotate    ? 1
                      : submit == operations_hoisted ? OPERATIONS_HOISTED
                                                     : 0;

    if (turns != 0)
        count_raise_hoisted(o, (uint32_t)turns, &c);
    for (int i = 0; i < turns; i++) {
        count_divide(o, 1, 0, &c);
        c.copied += 2 * ciphertext;
    }
    if (submit == NULL) {
        count_encode(o, &c);
        c.complex /= periods;
        c.ntts /= periods;
    }
    if (submit == operations_pmul)
        c.macs += 2.0 * o->limbs * o->n;
    if (submit == operations_pmul || submit == rescale)
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
                struct call call = {&o, list[i].submit, list[i].periods};
                const struct counted c =
                    count(&o, list[i].submit, list[i].periods);

                operations_row(&o, list[i].name,
                               list[i].submit != NULL ? once : encode, &call,
                               &c);
            }
            operations_stop(&o);
        }
        operations_close(&o);
    }
    operations_matrix(b);
    operations_chebyshev(b);
}
