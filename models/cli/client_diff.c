/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* diff: decrypted values against clear ones, by layer and by prediction. */
#include "client_commands.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LAYERS = 64 };

/* All values of one layer; the results' layer is "". */
struct layer {
    const char *name; /* the clear file's */
    uint32_t values;
    double worst, sum;
};

struct agreement {
    uint32_t images, agree; /* results and equal predictions among them */
    uint32_t layers;
    struct layer layer[LAYERS];
};

static uint32_t largest(const double *x, uint32_t stride, uint32_t count)
{
    uint32_t best = 0;

    for (uint32_t k = 1; k < count; k++)
        if (x[k * stride] > x[best * stride])
            best = k;
    return best;
}

static const json_t *find(const json_t *clear, const char *name)
{
    const json_t *entry;
    size_t i;

    json_array_foreach(clear, i, entry)
    {
        const char *is = json_string_value(json_object_get(entry, "name"));

        if (is != NULL && strcmp(is, name) == 0)
            return entry;
    }
    return NULL;
}

static struct layer *layer_of(struct agreement *a, const json_t *entry)
{
    const char *name = json_string_value(json_object_get(entry, "layer"));

    if (name == NULL)
        name = "";
    for (uint32_t i = 0; i < a->layers; i++)
        if (strcmp(a->layer[i].name, name) == 0)
            return &a->layer[i];
    if (a->layers == LAYERS)
        return NULL;
    a->layer[a->layers].name = name;
    return &a->layer[a->layers++];
}

static void predict(const struct options *o, const char *name,
                    const double *got, const double *want, uint32_t count,
                    struct agreement *a)
{
    const uint32_t e = largest(got, 2, count), c = largest(want, 1, count);

    a->images++;
    a->agree += e == c;
    say(o, "%-10s encrypted %u  clear %u%s\n", name, e, c,
        e == c ? "" : "  DIFFERS");
}

/* One ciphertext against the clear values of its name. */
static sck_status compare(const struct options *o, const struct opened *x,
                          const struct sck_limbs_ciphertext *ct,
                          const json_t *clear, struct agreement *a)
{
    const json_t *entry = find(clear, ct->name);
    const json_t *values = json_object_get(entry, "values");
    const uint32_t count = (uint32_t)json_array_size(values);

    if (count == 0 || count > ct->slots)
        return SCK_FAIL(SCK_ERR_SHAPE, "no clear values for \"%s\"", ct->name);
    struct layer *layer = layer_of(a, entry);

    if (layer == NULL)
        return SCK_FAIL(SCK_ERR_SHAPE, "more than %d layers", LAYERS);
    double *got = calloc(3 * (size_t)ct->slots, sizeof *got);

    if (got == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u slots", ct->slots);
    double *want = got + 2 * (size_t)ct->slots;
    const sck_status status = sck_decrypt(x->secret, ct, got);

    for (uint32_t k = 0; k < count && status == SCK_OK; k++) {
        const json_t *value = json_array_get(values, k);

        if (!json_is_number(value)) {
            free(got);
            return SCK_FAIL(SCK_ERR_FORMAT,
                            "clear value %u of \"%s\" is no number", k,
                            ct->name);
        }
        want[k] = json_number_value(value);
        const double difference = fabs(want[k] - got[2 * k]);

        layer->worst = fmax(layer->worst, difference);
        layer->sum += difference;
    }
    layer->values += count;
    if (status == SCK_OK && layer->name[0] == 0)
        predict(o, ct->name, got, want, count, a);
    free(got);
    return status;
}

static json_t *layers_json(const struct agreement *a)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < a->layers; i++) {
        const struct layer *l = &a->layer[i];

        if (l->name[0] != 0)
            json_array_append_new(
                list, json_pack("{s:s, s:i, s:f, s:f, s:f}", "layer", l->name,
                                "values", (int)l->values, "worst", l->worst,
                                "bits_worst", bits_of(l->worst), "bits_average",
                                bits_of(l->sum / l->values)));
    }
    return list;
}

static sck_status show(const struct options *o, const struct agreement *a)
{
    const struct layer *results = NULL;
    int headed = 0;
    json_t *json;

    for (uint32_t i = 0; i < a->layers; i++) {
        const struct layer *l = &a->layer[i];

        if (l->name[0] == 0) {
            results = l;
            continue;
        }
        if (!headed++)
            say(o, "%-24s %8s %12s %10s %12s\n", "layer", "values", "worst",
                "bits", "bits average");
        say(o, "%-24s %8u %12.3g %10.1f %12.1f\n", l->name, l->values, l->worst,
            bits_of(l->worst), bits_of(l->sum / l->values));
    }
    if (results != NULL)
        say(o,
            "%u of %u predictions agree, worst difference %.3g (%.1f bits)\n",
            a->agree, a->images, results->worst, bits_of(results->worst));
    if (o->json == NULL)
        return SCK_OK;
    json = json_object();
    if (headed)
        json_object_set_new(json, "layers", layers_json(a));
    if (results != NULL) {
        json_object_set_new(json, "images", json_integer(a->images));
        json_object_set_new(json, "agree", json_integer(a->agree));
        json_object_set_new(json, "worst", json_real(results->worst));
        json_object_set_new(json, "bits_worst",
                            json_real(bits_of(results->worst)));
    }
    return report_json(o, json);
}

static sck_status diff(const struct options *o, const char *labels,
                       struct opened *x, struct agreement *a)
{
    char *text = read_text(labels);
    json_t *clear = text != NULL ? json_loads(text, 0, NULL) : NULL;
    const struct progress p = progress_begin("decrypt", x->list->count);
    sck_status status = text != NULL ? SCK_OK : SCK_ERR_IO;

    free(text);
    if (status == SCK_OK && !json_is_array(clear))
        status = SCK_FAIL(SCK_ERR_FORMAT, "%s holds no clear values", labels);
    for (uint32_t i = 0; status == SCK_OK && i < x->list->count; i++) {
        status = compare(o, x, x->list->items[i], clear, a);
        progress_show(&p, i + 1);
    }
    if (status == SCK_OK)
        status = show(o, a);
    json_decref(clear);
    return status;
}

int command_diff(const struct options *o)
{
    const char *in = o->in != NULL ? o->in : o->operand[0];
    const char *labels = o->labels != NULL ? o->labels : o->operand[1];
    struct opened x = {0};
    struct agreement a = {0};
    sck_status status;

    if (decrypt_needs(o) || options_need(in, "KEPT, a file,") != 0 ||
        options_need(labels, "CLEAR, a file,") != 0)
        return EXIT_USAGE;
    status = open_all(o, in, &x);
    if (status == SCK_OK)
        status = diff(o, labels, &x, &a);
    close_all(&x);
    if (status != SCK_OK)
        return fail(status);
    return a.agree == a.images ? 0 : EXIT_FAILED;
}
