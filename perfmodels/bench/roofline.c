/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* A roofline picture: operations per byte against operations per second, both
 * logarithmic. The sloped roof is memory's copy rate, the flat ones are the
 * register-only rates; a dot is a kernel, in the colour of its roof. */
#include "report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { WIDTH = 1000, HEIGHT = 640, LEFT = 70, RIGHT = 250, MARGIN = 50 };

/* The picture's range: operations per byte, 10^9 operations a second. */
static const double x_least = 1.0 / 256, x_most = 64;
static const double y_least = 1.0 / 256, y_most = 64;

static const struct {
    const char *kind, *floor, *label, *colour;
} roofs[] = {
    {"butterfly", "floor.butterfly", "modular butterflies", "#4c72b0"},
    {"mac", "floor.mac", "multiply-adds", "#c44e52"},
    {"complex", "floor.complex_butterfly", "complex butterflies", "#55a868"},
    {"chacha", "floor.chacha20", "ChaCha20 blocks", "#8172b2"},
};

enum { ROOFS = sizeof roofs / sizeof roofs[0] };

static double across(double x)
{
    const double at = log2(x / x_least) / log2(x_most / x_least);

    return LEFT + fmin(fmax(at, 0), 1) * (WIDTH - LEFT - RIGHT);
}

static double down(double y)
{
    const double at = log2(y / y_least) / log2(y_most / y_least);

    return HEIGHT - MARGIN - fmin(fmax(at, 0), 1) * (HEIGHT - 2 * MARGIN);
}

/* The last measured rate of a floor, 10^9 a second; 0 when there is none. */
static double rate_of(const struct report *r, const char *floor)
{
    for (size_t i = r->count; i-- > 0;)
        if (strcmp(r->rows[i].name, floor) == 0)
            return r->rows[i].value.median;
    return 0;
}

/* A chacha row counts in millions: 10^-3 of the others' unit. */
static double giga(const char *floor, double rate)
{
    return strcmp(floor, "floor.chacha20") == 0 ? rate / 1000 : rate;
}

static void line(FILE *f, double x0, double y0, double x1, double y1,
                 const char *colour)
{
    fprintf(f,
            "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" "
            "stroke=\"%s\"/>\n",
            across(x0), down(y0), across(x1), down(y1), colour);
}

static void axes(FILE *f)
{
    for (double x = x_least; x <= x_most; x *= 4) {
        line(f, x, y_least, x, y_most, "#ddd");
        fprintf(
            f, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.3g</text>\n",
            across(x), HEIGHT - MARGIN + 18, x);
    }
    for (double y = y_least; y <= y_most; y *= 4) {
        line(f, x_least, y, x_most, y, "#ddd");
        fprintf(f,
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.3g</text>\n",
                LEFT - 6, down(y) + 4, y);
    }
    fprintf(f,
            "<text x=\"%d\" y=\"%d\">operations per byte</text>\n"
            "<text x=\"%d\" y=\"%d\">10^9 operations a second</text>\n",
            LEFT, HEIGHT - 8, LEFT, MARGIN - 14);
}

static void draw_roofs(FILE *f, const struct report *r)
{
    const double copy = rate_of(r, "floor.copy.memory");

    if (copy > 0)
        line(f, x_least, copy * x_least, y_most / copy, y_most, "#333");
    for (int i = 0; i < ROOFS; i++) {
        const double rate = giga(roofs[i].floor, rate_of(r, roofs[i].floor));

        if (rate <= 0)
            continue;
        line(f, copy > 0 ? fmax(rate / copy, x_least) : x_least, rate, x_most,
             rate, roofs[i].colour);
        fprintf(f, "<text x=\"%d\" y=\"%.1f\" fill=\"%s\">%s %.3g</text>\n",
                WIDTH - RIGHT + 6, down(rate) + 4, roofs[i].colour,
                roofs[i].label, rate);
    }
}

static const char *colour_of(const char *kind)
{
    for (int i = 0; i < ROOFS; i++)
        if (strcmp(roofs[i].kind, kind) == 0)
            return roofs[i].colour;
    return "#333";
}

int report_svg(const struct report *r, const char *path)
{
    FILE *f = fopen(path, "w");

    if (f == NULL)
        return -1;
    fprintf(f,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
            "height=\"%d\" font-family=\"sans-serif\" font-size=\"11\">\n"
            "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
            WIDTH, HEIGHT);
    axes(f);
    draw_roofs(f, r);
    for (size_t i = 0; i < r->count; i++) {
        const struct row *k = &r->rows[i];

        if (k->operations <= 0 || k->bytes <= 0)
            continue;
        const double x = across(k->operations / k->bytes);
        const double y = down(k->operations / k->value.median / 1000);

        fprintf(f,
                "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"3\" fill=\"%s\"><title>%s"
                ": %.1f us, %.2f of its floor</title></circle>\n"
                "<text x=\"%.1f\" y=\"%.1f\" font-size=\"8\">%s</text>\n",
                x, y, colour_of(k->kind), k->name, k->value.median, k->ratio,
                x + 4, y - 3, k->name);
    }
    fputs("</svg>\n", f);
    const int bad = ferror(f);

    return fclose(f) != 0 || bad ? -1 : 0;
}
