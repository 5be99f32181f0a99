/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SPDX-FileCopyrightText: Starcloak contributors */
/**
 * @file sck_status.h
 * How every function of Starcloak reports failure.
 *
 * A function that can fail returns an sck_status and leaves a message for the
 * calling thread; the library never prints, exits or aborts.
 */
#ifndef SCK_STATUS_H
#define SCK_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SCK_API __attribute__((visibility("default")))
#define SCK_PRINTF(text, first) __attribute__((format(printf, text, first)))
#else
#define SCK_API
#define SCK_PRINTF(text, first)
#endif

/* One line per status: name, value, text. Values never change once released. */
#define SCK_STATUS_MAP(XX)                                                     \
    XX(OK, 0, "success")                                                       \
    XX(ERR_ARGUMENT, -1, "invalid argument")                                   \
    XX(ERR_MEMORY, -2, "out of memory")                                        \
    XX(ERR_PARAMETERS, -3, "encryption parameters are invalid or insecure")    \
    XX(ERR_SHAPE, -4, "operands disagree in slots, level or scale")            \
    XX(ERR_LEVEL, -5, "no level left for this operation")                      \
    XX(ERR_KEY, -6, "a required key is missing or belongs to another set")     \
    XX(ERR_FORMAT, -7, "malformed input data")                                 \
    XX(ERR_DEVICE, -8, "no worker can run this task")                          \
    XX(ERR_STATE, -9, "call is out of order")                                  \
    XX(ERR_IO, -10, "a file cannot be read or written")

/** What a call came to; negative values are failures. */
typedef enum sck_status {
#define XX(name, value, text) SCK_##name = (value),
    SCK_STATUS_MAP(XX)
#undef XX
} sck_status;

/** Names a status in a few words; never NULL, static storage. */
SCK_API const char *sck_status_text(sck_status status);

/** Returns the calling thread's last failure message ("" before any); valid
 *  until that thread's next failure. */
SCK_API const char *sck_last_error(void);

/** Records "where: text" as the thread's message and returns @p status.
 *  Messages longer than 511 bytes are cut. */
SCK_API sck_status sck_fail(sck_status status, const char *where,
                            const char *format, ...) SCK_PRINTF(3, 4);

/** Fails the enclosing function: message prefixed with its name. Evaluates to
 *  the status itself, so that the compiler sees that it is no success. */
#define SCK_FAIL(status, ...)                                                  \
    (sck_fail((status), __func__, __VA_ARGS__), (status))

/** Returns early on failure; only where nothing needs freeing. */
#define SCK_TRY(call)                                                          \
    do {                                                                       \
        const sck_status sck_try_ = (call);                                    \
        if (sck_try_ != SCK_OK)                                                \
            return sck_try_;                                                   \
    } while (0)

#ifdef __cplusplus
}
#endif
#endif
