@NullMarked
package io.enim.systemtests.architecture;

import org.jspecify.annotations.NullMarked;
