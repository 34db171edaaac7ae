/**
 * Death at every step, for real: a manager in a process of its own, over real veth devices, kills itself with SIGKILL at a
 * named point, is started again, and has to put everything right by itself.
 *
 * <p>The test process ({@link io.enim.systemtests.crash.CrashMatrixIT}) holds the namespaces and tells the other one
 * ({@link io.enim.systemtests.crash.NodeMain}) over a pipe what to do, word by word; what it believes afterwards it reads
 * from the kernel, the cloud's file and the ledger's files, not from the manager alone.
 */
@NullMarked
package io.enim.systemtests.crash;

import org.jspecify.annotations.NullMarked;
