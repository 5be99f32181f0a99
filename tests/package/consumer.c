/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What a user writes: a small network compiled and its plan printed. */
#include <starcloak.h>
#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    const double weights[] = {0.5, -0.25, 0.125, 0.75, 0.25, -0.5};
    const sck_matrix w = {weights, 2, 3};
    sck_params *params = NULL;
    sck_graph *graph = NULL;
    sck_plan *plan = NULL;
    char *text = NULL;
    sck_status status = sck_params_named("l13-30", &params);

    if (status == SCK_OK)
        status = sck_graph_new(params, 0, &graph);
    if (status == SCK_OK) {
        sck_node x = sck_input(graph, "x", 3);

        sck_output(graph, "y", sck_square(graph, sck_linear(graph, w, x, 0)));
        status = sck_graph_compile(graph, &plan);
    }
    if (status == SCK_OK)
        status = sck_plan_print(plan, SCK_PLAN_TEXT, &text);
    puts(status == SCK_OK ? text : sck_last_error());
    free(text);
    sck_plan_free(plan);
    sck_graph_free(graph);
    sck_params_free(params);
    return status == SCK_OK ? 0 : 1;
}
