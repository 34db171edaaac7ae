/**
 * The steps of which operations consist, by name, in one place. Entry: {@link io.enim.core.internal.step.StepRunner}.
 *
 * <p>Everything that has an effect outside the process (ledger, device, provider, cloud) runs as a
 * {@link io.enim.core.internal.step.Step}. So timelines, metrics and flight recordings show the same steps that the
 * crash matrix kills at, and a step that nobody covers cannot be added unseen.
 */
@NullMarked
package io.enim.core.internal.step;

import org.jspecify.annotations.NullMarked;
