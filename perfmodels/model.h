/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/* What one machine's cores do in a second, as measured by ./dev bench
 * --calibrate FILE, and the times that follow from counts of work. Kernels'
 * rates, not floors: predictions are of what runs. */
#ifndef SCK_MODEL_H
#define SCK_MODEL_H

#include "sck_status.h"

#include <stddef.h>
#include <stdint.h>

/** Rates of one core, each above 0. */
struct sck_rates {
    double butterflies;         /**< of modular transforms, a second       */
    double macs;                /**< terms of base conversion and of inner
                                     products, coefficients a second       */
    double bytes;               /**< from and to memory, a second          */
    double cache_bytes;         /**< from and to the second cache, a second */
    double complex_butterflies; /**< of encoding, a second                 */
    double chacha_blocks;       /**< of seed expansion, a second           */
    double task_us;             /**< StarPU's share of a task, beside that
                                     of its handles                        */
    double last_bytes;       /**< from and to the last cache, a second       */
    double shared_bytes;     /**< from and to memory, a second, while another
                                  core does the same                         */
    double last_size;        /**< bytes that the last cache holds            */
    double start_us;         /**< a run's first submission and last wait     */
    double key_bytes;        /**< of switching keys, from memory, multiplied
                                  and summed over digits, a second           */
    double access_us;        /**< StarPU's share of one handle of a task     */
    double submit_us;        /**< a task's share of the thread that submits  */
    double submit_access_us; /**< and one of its handles' share          */
    double full_start_us;    /**< start_us where every core has a worker */
    double read_bytes;       /**< only read, from memory, a second */
    double handed_bytes;     /**< between tasks of several cores, a second:
                                  last_bytes where they are one core's */
};

/** Files of this version have every rate; older ones lack some. */
enum { SCK_RATES_VERSION = 2 };

/** One AVX-512 core near 3 GHz: right within a factor of three elsewhere. The
 *  same as perfmodels/generic/calibration.json. */
extern const struct sck_rates sck_rates_generic;

/**
 * Reads a calibration file: one JSON object with "butterflies_per_s",
 * "macs_per_s", "bytes_per_s", "cache_bytes_per_s",
 * "complex_butterflies_per_s", "chacha_blocks_per_s", "task_us"; where they are
 * there, "last_bytes_per_s" (else between the second cache's and memory's),
 * "shared_bytes_per_s" (else memory's), "last_cache_bytes" (else 32 MiB),
 * "start_us" (else five tasks'), "key_bytes_per_s" (else memory's and products'
 * together), "access_us" (else none: the task's has it), "submit_us" (else half
 * a task's), "submit_access_us" (else none), "full_start_us" (else "start_us"),
 * "read_bytes_per_s" (else "bytes_per_s") and "handed_bytes_per_s" (else the
 * last cache's); other keys are ignored. A
 * file of "version" 2 has them all; one without a version is of the first.
 *
 * @param[out] rates  unchanged on error
 * @return SCK_ERR_IO (cannot be read), SCK_ERR_FORMAT (no JSON, a rate is
 *         missing or not above 0: named; a version that this library does not
 *         know: calibrate again)
 */
sck_status sck_rates_load(const char *path, struct sck_rates *rates);

/** Reads whose kernels a calibration file's rates are of: "avx512", ...; ""
 *  where it does not say.
 *  @return as sck_rates_load() */
sck_status sck_rates_isa(const char *path, char *isa, size_t room);

/**
 * Finds a machine's rates: FOLDER/MACHINE/calibration.json, else
 * FOLDER/generic/calibration.json, else sck_rates_generic.
 *
 * @param[in] folder   NULL: sck_rates_generic at once
 * @param[in] machine  NULL: generic; a name without "/" and not beginning with
 *                     a dot
 * @return as sck_rates_load() for a file that is there but unusable;
 *         SCK_ERR_ARGUMENT (not such a name)
 */
sck_status sck_rates_find(const char *folder, const char *machine,
                          struct sck_rates *rates);

/** Room for a calibration file's path. */
#define SCK_RATES_PATH 1024

/**
 * Finds the rates of the machine that this runs on: its file in the folder that
 * STARCLOAK_PERFMODELS names; else in the installed folder; else in
 * ~/.starcloak/perfmodels; else sck_rates_generic. The machine is called by
 * STARPU_HOSTNAME, as StarPU calls it, else by its own name.
 *
 * @param[out] path  SCK_RATES_PATH bytes: the file, or "" for the generic rates
 * @return as sck_rates_load(); SCK_ERR_STATE (the rates are of other kernels
 *         than STARCLOAK_ISA allows); the generic rates then, path names the
 *         file
 */
sck_status sck_rates_here(struct sck_rates *rates, char *path);

/**
 * Says where the machine's rates belong: in the folder that
 * STARCLOAK_PERFMODELS names, else in ~/.starcloak/perfmodels; makes the
 * folders.
 *
 * @param[out] path  SCK_RATES_PATH bytes
 * @return SCK_ERR_IO (no such folder can be made: named), SCK_ERR_ARGUMENT
 */
sck_status sck_rates_place(char *path);

/** Writes a calibration file of this machine's name and instruction set.
 *  @return SCK_ERR_IO or SCK_ERR_MEMORY */
sck_status sck_rates_save(const struct sck_rates *rates, const char *machine,
                          const char *isa, const char *path);

/** Microseconds of one core: transforms of count limbs of 2^logn words, each
 *  with its prime's table. */
double sck_rates_transform_us(const struct sck_rates *rates, uint32_t logn,
                              double limbs);
/** count terms on limbs of 2^logn words. */
double sck_rates_terms_us(const struct sck_rates *rates, uint32_t logn,
                          double count);
/** So many bytes read from memory and written there; how many times that with
 *  so many cores at work. */
double sck_rates_sharing(const struct sck_rates *rates, uint32_t workers);
double sck_rates_bytes_us(const struct sck_rates *rates, double bytes);
/** Limbs of 2^logn words only read, from memory. */
double sck_rates_cold_us(const struct sck_rates *rates, uint32_t logn,
                         double limbs);
/** Limbs of 2^logn words read or written that an earlier task has left in the
 *  second cache, if an operation's fit there, else in the last one, if they fit
 *  there. */
double sck_rates_passes_us(const struct sck_rates *rates, uint32_t logn,
                           double limbs);
/** Encoding of 2^(logn - 1) slots to coefficients. */
double sck_rates_embed_us(const struct sck_rates *rates, uint32_t logn);
/** Expansion of so many limbs of 2^logn words from a seed. */
double sck_rates_expand_us(const struct sck_rates *rates, uint32_t logn,
                           double limbs);
/** How many times longer tasks take for what earlier ones have left in the last
 *  cache, with so many workers: an earlier task was on the same core in one of
 *  so many cases. */
double sck_rates_handing(const struct sck_rates *rates, uint32_t workers);
/** Limbs of switching keys read from memory, multiplied and summed. */
double sck_rates_keys_us(const struct sck_rates *rates, uint32_t logn,
                         double limbs);
/** What StarPU takes for so many tasks with so many handles together: of the
 *  workers, and of the thread that submits them. */
double sck_rates_tasks_us(const struct sck_rates *rates, double count,
                          double handles);
double sck_rates_submit_us(const struct sck_rates *rates, double count,
                           double handles);

/** Cores of the machine that this runs on. */
uint32_t sck_machine_cores(void);

#endif
