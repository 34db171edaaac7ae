/**
 * The named steps of all operations. Entry: {@link io.enim.core.internal.step.StepRunner}.
 *
 * <p>Everything that has an effect outside the process (ledger, device, provider, cloud) runs as a
 * {@link io.enim.core.internal.step.Step}. So timelines, metrics and flight recordings show the same steps at which
 * the crash matrix kills the process, and a new step cannot be left out of it unnoticed.
 */
@NullMarked
package io.enim.core.internal.step;

import org.jspecify.annotations.NullMarked;
