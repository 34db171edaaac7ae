/** ENIM on NICs that behave as a cloud's do, in machines that user-mode Linux and QEMU make. */
@NullMarked
package io.enim.systemtests.vm;

import org.jspecify.annotations.NullMarked;
