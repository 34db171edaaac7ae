/** The agent as it is installed: the Debian package on a Debian node. Run by {@code mvn verify -P package,install}. */
@org.jspecify.annotations.NullMarked
package io.enim.systemtests.install;
