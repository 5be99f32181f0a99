/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* run --backend clear and noise: a model on doubles, exact or with the noise
 * that the scheme is predicted to add. */
#include "commands.h"

#include "sck_tensors.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct doubles {
    sck_params *params;
    sck_plan *plan;
    struct keep keep;
    double *images; /* rows x width */
    uint64_t rows;
    uint32_t width, outputs;
    const struct sck_plan_port *port;
    double **exact, **noisy; /* by output; noisy NULL in the clear */
    double *worst;           /* by output: noise against exact */
    json_t *values;
    int usage; /* an option's value was refused */
};

static void free_outputs(const struct doubles *d, double **list)
{
    for (uint32_t i = 0; list != NULL && i < d->outputs; i++)
        free(list[i]);
    free(list);
}

static double **new_outputs(const struct doubles *d)
{
    double **list = calloc(d->outputs, sizeof *list);

    for (uint32_t i = 0; list != NULL && i < d->outputs; i++) {
        list[i] = calloc(d->port[i].width, sizeof **list);
        if (list[i] == NULL) {
            free_outputs(d, list);
            return NULL;
        }
    }
    return list;
}

static void add_values(struct doubles *d, const char *name, const char *layer,
                       uint32_t output)
{
    double *const *from = d->noisy != NULL ? d->noisy : d->exact;
    json_t *values = json_array();
    json_t *entry = json_pack("{s:s, s:o}", "name", name, "values", values);

    for (uint32_t k = 0; k < d->port[output].width; k++)
        json_array_append_new(values, json_real(from[output][k]));
    if (layer != NULL)
        json_object_set_new(entry, "layer", json_string(layer));
    json_array_append_new(d->values, entry);
}

/* Rows differ in their noise, and repeat with the seed. */
static sck_status one_image(const struct options *o, struct doubles *d,
                            uint64_t row, double *x)
{
    const double *in = x;
    char input[32], name[SCK_NAME_BYTES];

    for (uint32_t k = 0; k < d->width; k++)
        x[k] = d->images[row * d->width + k] / 16.0;
    SCK_TRY(sck_plan_run_clear(d->plan, &in, d->exact));
    if (d->noisy != NULL)
        SCK_TRY(
            sck_plan_run_noise(d->plan, (o->seed << 32) + row, &in, d->noisy));
    for (uint32_t i = 0; d->noisy != NULL && i < d->outputs; i++)
        for (uint32_t k = 0; k < d->port[i].width; k++)
            d->worst[i] =
                fmax(d->worst[i], fabs(d->noisy[i][k] - d->exact[i][k]));
    snprintf(input, sizeof input, "image-%llu", (unsigned long long)row);
    add_values(d, input, NULL, 0);
    for (uint32_t k = 0; k < d->keep.count; k++) {
        SCK_TRY(kept_name(input, d->keep.layer[k], name));
        add_values(d, name, d->keep.layer[k], d->keep.output[k]);
    }
    return SCK_OK;
}

static sck_status all_images(const struct options *o, struct doubles *d)
{
    const uint32_t count = o->count != 0 ? o->count : 1;
    const struct progress p = progress_begin("run", count);
    sck_status status = SCK_OK;
    double *x;
    char *text;

    if ((uint64_t)o->first + count > d->rows)
        return SCK_FAIL(SCK_ERR_SHAPE, "--first %u --count %u of %llu images",
                        o->first, count, (unsigned long long)d->rows);
    x = calloc(d->width, sizeof *x);
    if (x == NULL)
        return SCK_FAIL(SCK_ERR_MEMORY, "%u values", d->width);
    for (uint32_t i = 0; i < count && status == SCK_OK; i++) {
        status = one_image(o, d, (uint64_t)o->first + i, x);
        progress_show(&p, i + 1);
    }
    free(x);
    if (status != SCK_OK)
        return status;
    text = json_dumps(d->values, JSON_COMPACT);
    status = text != NULL ? write_text(o->out, text)
                          : SCK_FAIL(SCK_ERR_MEMORY, "the values");
    free(text);
    return status;
}

static sck_status read_images(const struct options *o, struct doubles *d)
{
    sck_tensors *data = NULL;
    struct sck_tensor t;
    sck_status status = sck_tensors_open(o->in, &data);

    if (status == SCK_OK)
        status = sck_tensors_get(data, "images", &t);
    if (status == SCK_OK && (t.rank != 2 || t.shape[1] != d->width))
        status = SCK_FAIL(SCK_ERR_SHAPE, "images do not fit the model's input");
    if (status == SCK_OK) {
        d->rows = t.shape[0];
        d->images = calloc(t.count, sizeof *d->images);
        status = d->images != NULL ? sck_tensors_read_f64(data, "images",
                                                          t.shape, 2, d->images)
                                   : SCK_FAIL(SCK_ERR_MEMORY, "%llu values",
                                              (unsigned long long)t.count);
    }
    sck_tensors_free(data);
    return status;
}

static sck_status open_doubles(const struct options *o, int noise,
                               struct doubles *d)
{
    uint32_t inputs;

    SCK_TRY(load_plan(o, &d->params, &d->plan));
    const sck_status kept = keep_layers(o, d->plan, &d->keep);

    d->usage = kept == SCK_ERR_ARGUMENT;
    SCK_TRY(kept);
    d->width = sck_plan_inputs(d->plan, &inputs)->width;
    d->port = sck_plan_outputs(d->plan, &d->outputs);
    d->values = json_array();
    d->exact = new_outputs(d);
    d->noisy = noise ? new_outputs(d) : NULL;
    d->worst = calloc(d->outputs, sizeof *d->worst);
    if (d->exact == NULL || d->worst == NULL || d->values == NULL ||
        (noise && d->noisy == NULL))
        return SCK_FAIL(SCK_ERR_MEMORY, "%u outputs", d->outputs);
    return read_images(o, d);
}

/* What the noise run differs in from the clear one, layer by layer. */
static sck_status report(const struct options *o, const struct doubles *d)
{
    json_t *layers = json_array();

    if (d->noisy != NULL)
        say(o, "%-24s %12s %10s\n", "predicted", "worst", "bits");
    for (uint32_t i = 0; d->noisy != NULL && i < d->outputs; i++) {
        say(o, "%-24s %12.3g %10.1f\n", d->port[i].name, d->worst[i],
            bits_of(d->worst[i]));
        json_array_append_new(layers,
                              json_pack("{s:s, s:f, s:f}", "layer",
                                        d->port[i].name, "worst", d->worst[i],
                                        "bits_worst", bits_of(d->worst[i])));
    }
    const sck_status status =
        o->json == NULL
            ? SCK_OK
            : report_json(o, json_pack("{s:s, s:s, s:s, s:i, s:O}", "backend",
                                       d->noisy != NULL ? "noise" : "clear",
                                       "params", sck_params_name(d->params),
                                       "file", o->out, "images",
                                       (int)(o->count != 0 ? o->count : 1),
                                       "layers", layers));

    json_decref(layers);
    return status;
}

int run_doubles(const struct options *o, int noise)
{
    struct doubles d = {0};
    sck_status status = open_doubles(o, noise, &d);

    if (status == SCK_OK)
        status = all_images(o, &d);
    if (status == SCK_OK)
        status = report(o, &d);
    int rc = status == SCK_OK ? 0 : fail(status);

    if (d.usage)
        rc = EXIT_USAGE;
    free_outputs(&d, d.exact);
    free_outputs(&d, d.noisy);
    free(d.worst);
    free(d.images);
    json_decref(d.values);
    keep_free(&d.keep);
    sck_plan_free(d.plan);
    sck_params_free(d.params);
    return rc;
}
