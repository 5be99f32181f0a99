/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A run's schedule as SVG: workers over time, coloured by layer. */
#include "commands.h"
#include "submit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1200, ROW = 40, LEFT = 80, TOP = 40, LAYERS = 16, MEMORY = 120 };

static const char *const colours[] = {"#4c72b0", "#dd8452", "#55a868",
                                      "#c44e52", "#8172b3", "#937860",
                                      "#da8bc3", "#8c8c8c"};

static uint32_t layer_index(const char **layers, uint32_t *count,
                            const char *label)
{
    for (uint32_t i = 0; i < *count; i++)
        if (strcmp(layers[i], label) == 0)
            return i;
    if (*count == LAYERS)
        return LAYERS - 1;
    layers[*count] = label;
    return (*count)++;
}

/* Resident memory over time, as a line below the workers. */
static void draw_memory(FILE *file, const struct sck_trace_event *e,
                        size_t count, double end, unsigned top)
{
    uint64_t most = 1;

    for (size_t i = 0; i < count; i++)
        if (e[i].resident > most)
            most = e[i].resident;
    fprintf(file,
            "<text x=\"5\" y=\"%u\">memory</text>\n"
            "<text x=\"5\" y=\"%u\">%.0f MiB</text>\n"
            "<polyline fill=\"none\" stroke=\"#333333\" points=\"",
            top + MEMORY, top + 12, (double)most / 1048576);
    for (size_t i = 0; i < count; i++)
        if (e[i].resident != 0)
            fprintf(file, "%.2f,%.2f ", LEFT + e[i].end_us / end * WIDTH,
                    top + MEMORY * (1 - (double)e[i].resident / (double)most));
    fprintf(file, "\"/>\n");
}

static int by_end(const void *a, const void *b)
{
    const struct sck_trace_event *x = a, *y = b;

    return (x->end_us > y->end_us) - (x->end_us < y->end_us);
}

sck_status write_trace(const sck_run *run, uint32_t workers, const char *path)
{
    const char *layers[LAYERS];
    uint32_t layer_count = 0;
    size_t count;
    struct sck_trace_event *e = sck_run_events(run, &count);
    FILE *file = fopen(path, "w");
    double end = 1;

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    if (e != NULL)
        qsort(e, count, sizeof *e, by_end);
    for (size_t i = 0; i < count; i++)
        if (e[i].end_us > end)
            end = e[i].end_us;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%u\" font-family=\"sans-serif\" font-size=\"12\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            WIDTH + LEFT + 20, TOP + workers * ROW + MEMORY + 60);
    for (uint32_t w = 0; w < workers; w++)
        fprintf(file, "<text x=\"5\" y=\"%u\">worker %u</text>\n",
                TOP + w * ROW + ROW / 2, w);
    for (size_t i = 0; i < count; i++) {
        const uint32_t k = layer_index(layers, &layer_count, e[i].label);

        fprintf(file,
                "<rect x=\"%.2f\" y=\"%d\" width=\"%.2f\" height=\"%d\" "
                "fill=\"%s\"/>\n",
                LEFT + e[i].start_us / end * WIDTH, TOP + e[i].worker * ROW,
                (e[i].end_us - e[i].start_us) / end * WIDTH, ROW - 8,
                colours[k % 8]);
    }
    for (uint32_t k = 0; k < layer_count; k++)
        fprintf(file,
                "<rect x=\"%u\" y=\"12\" width=\"12\" height=\"12\" "
                "fill=\"%s\"/><text x=\"%u\" y=\"23\">%s</text>\n",
                LEFT + k * 120, colours[k % 8], LEFT + k * 120 + 18,
                layers[k][0] ? layers[k] : "set-up");
    draw_memory(file, e, count, end, TOP + workers * ROW + 10);
    fprintf(file, "<text x=\"%d\" y=\"%u\">%.3f s</text>\n</svg>\n",
            LEFT + WIDTH - 60, TOP + workers * ROW + MEMORY + 40, end * 1e-6);
    if (fclose(file) != 0)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    return SCK_OK;
}
