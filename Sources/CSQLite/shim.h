#ifndef ASSAY_CSQLITE_SHIM_H
#define ASSAY_CSQLITE_SHIM_H

#include <sqlite3.h>

/* SQLITE_TRANSIENT is a cast macro, which Swift cannot import. */
static inline int assay_sqlite3_bind_blob_copy(
    sqlite3_stmt *statement, int position, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_blob64(statement, position, bytes, count, SQLITE_TRANSIENT);
}

static inline int assay_sqlite3_bind_text_copy(
    sqlite3_stmt *statement, int position, const void *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(
        statement, position, bytes ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* sqlite3_db_config is variadic, which Swift cannot call: nothing may reach the store through
   database functions or damaged schema text. */
static inline int assay_sqlite3_harden(sqlite3 *connection) {
    int status = sqlite3_db_config(connection, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)0);
    if (status == SQLITE_OK)
        status = sqlite3_db_config(connection, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)0);
    return status;
}

static inline int assay_sqlite3_note_frames(
    void *frames, sqlite3 *connection, const char *database, int count) {
    (void)connection;
    (void)database;
    *(int *)frames = count;
    return SQLITE_OK;
}

/* After every commit leaves in *frames how many frames the write-ahead log has. */
static inline void assay_sqlite3_count_frames(sqlite3 *connection, int *frames) {
    sqlite3_wal_hook(connection, assay_sqlite3_note_frames, frames);
}

#endif
