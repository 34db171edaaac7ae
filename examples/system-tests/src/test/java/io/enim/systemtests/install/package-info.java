/** The agent as it is installed: the Debian package on a Debian node, and the image with its manifests. */
@NullMarked
package io.enim.systemtests.install;

import org.jspecify.annotations.NullMarked;
