/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* info: a parameter set. */
#include "commands.h"

static json_t *level(const struct options *o, const sck_params *p, uint32_t l)
{
    const int class = (int)sck_params_class_of(p, l);
    json_t *json;
    uint32_t limbs;

    (void)sck_params_primes(p, l, &limbs);
    json = json_pack("{s:i, s:i, s:i}", "level", (int)l, "limbs", (int)limbs,
                     "class", class);
    say(o, "level %2u  %2u limbs", l, limbs);
    if (l <= sck_params_app_top(p)) {
        const double scale = sck_scale_log2(sck_params_scale(p, l));

        say(o, "  scale 2^%.6f", scale);
        json_object_set_new(json, "scale_bits", json_real(scale));
    }
    say(o, "  class %d\n", class);
    return json;
}

int command_info(const struct options *o)
{
    json_t *levels;
    sck_params *p = NULL;

    if (options_need(o->params, "--params") != 0)
        return EXIT_USAGE;
    sck_status status = sck_params_named(o->params, &p);

    if (status != SCK_OK)
        return fail(status);
    say(o, "set       %s%s\n", sck_params_name(p),
        sck_params_is_insecure(p) ? " (INSECURE: for tests only)" : "");
    say(o, "N         2^%u\nlog2 QP   %.1f\nsecurity  %.0f bits\n",
        sck_params_logn(p), sck_params_log2_qp(p), sck_params_security_bits(p));
    levels = json_array();
    for (uint32_t l = 0; l < sck_params_levels(p); l++)
        json_array_append_new(levels, level(o, p, l));
    if (o->json != NULL)
        status = report_json(
            o,
            json_pack("{s:s, s:b, s:i, s:f, s:f, s:i, s:O}", "params",
                      sck_params_name(p), "insecure", sck_params_is_insecure(p),
                      "logn", (int)sck_params_logn(p), "log2_qp",
                      sck_params_log2_qp(p), "security_bits",
                      sck_params_security_bits(p), "top_level",
                      (int)sck_params_app_top(p), "levels", levels));
    json_decref(levels);
    sck_params_free(p);
    return status == SCK_OK ? 0 : fail(status);
}
