// SPDX-License-Identifier: Apache-2.0
package io.enim.emulator.bce;

/** How a call that took effect loses its answer. */
public enum AnswerLoss {
    /** The connection ends. */
    DROPPED,
    /** The answer says its length and ends half way. */
    CUT_SHORT,
    /** The answer says its length and ends before its first byte. */
    EMPTY,
    /** A load balancer answers 502 with a page of its own. */
    PAGE,
    /** Something between answers 200 with a page of its own. */
    LOGIN_PAGE,
    /** No answer ever comes. */
    SILENT,
    /** The answer comes byte by byte and never ends, so that no read ever times out. */
    TRICKLE
}
