/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A run's schedule as SVG: workers over time, coloured by layer. */
#include "trace.h"

#include <stdio.h>

enum { WIDTH = 1200, ROW = 40, LEFT = 80, TOP = 40, LAYERS = 16, MEMORY = 120 };

static const char *const colours[] = {"#4c72b0", "#dd8452", "#55a868",
                                      "#c44e52", "#8172b3", "#937860",
                                      "#da8bc3", "#8c8c8c"};

/* Names come from files. */
static void put_text(FILE *file, const char *text)
{
    for (; *text != 0; text++) {
        if (*text == '<' || *text == '>' || *text == '&')
            fprintf(file, "&#%d;", *text);
        else if ((unsigned char)*text >= ' ')
            fputc(*text, file);
    }
}

/* Resident memory over time, as a line below the workers. */
static void draw_memory(FILE *file, const struct trace *t, double end,
                        unsigned top)
{
    uint64_t most = 1;

    for (size_t i = 0; i < t->count; i++)
        if (t->event[i].resident > most)
            most = t->event[i].resident;
    fprintf(file,
            "<text x=\"5\" y=\"%u\">memory</text>\n"
            "<text x=\"5\" y=\"%u\">%.0f MiB</text>\n"
            "<polyline fill=\"none\" stroke=\"#333333\" points=\"",
            top + MEMORY, top + 12, (double)most / 1048576);
    for (size_t i = 0; i < t->count; i++)
        if (t->event[i].resident != 0)
            fprintf(file, "%.2f,%.2f ", LEFT + t->event[i].end_us / end * WIDTH,
                    top + MEMORY * (1 - (double)t->event[i].resident /
                                            (double)most));
    fprintf(file, "\"/>\n");
}

static void draw_legend(FILE *file, const struct trace *t)
{
    for (uint32_t k = 0; k < t->layers && k < LAYERS; k++) {
        fprintf(file,
                "<rect x=\"%u\" y=\"12\" width=\"12\" height=\"12\" "
                "fill=\"%s\"/><text x=\"%u\" y=\"23\">",
                LEFT + k * 120, colours[k % 8], LEFT + k * 120 + 18);
        put_text(file, t->layer[k][0] ? t->layer[k] : "set-up");
        fprintf(file, "</text>\n");
    }
}

sck_status trace_draw(const struct trace *t, const char *path)
{
    FILE *file = fopen(path, "w");
    double end = 1;

    if (file == NULL)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    for (size_t i = 0; i < t->count; i++)
        if (t->event[i].end_us > end)
            end = t->event[i].end_us;
    fprintf(file,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%u\" font-family=\"sans-serif\" font-size=\"12\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n",
            WIDTH + LEFT + 20, TOP + t->workers * ROW + MEMORY + 60);
    for (uint32_t w = 0; w < t->workers; w++)
        fprintf(file, "<text x=\"5\" y=\"%u\">worker %u</text>\n",
                TOP + w * ROW + ROW / 2, w);
    for (size_t i = 0; i < t->count; i++) {
        const struct trace_event *e = &t->event[i];

        fprintf(file,
                "<rect x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\" "
                "fill=\"%s\"/>\n",
                LEFT + e->start_us / end * WIDTH, TOP + e->worker * ROW,
                (e->end_us - e->start_us) / end * WIDTH, ROW - 8,
                colours[e->layer % 8]);
    }
    draw_legend(file, t);
    draw_memory(file, t, end, TOP + t->workers * ROW + 10);
    fprintf(file, "<text x=\"%d\" y=\"%u\">%.3f s</text>\n</svg>\n",
            LEFT + WIDTH - 60, TOP + t->workers * ROW + MEMORY + 40,
            end * 1e-6);
    if (fclose(file) != 0)
        return SCK_FAIL(SCK_ERR_IO, "%s cannot be written", path);
    return SCK_OK;
}
