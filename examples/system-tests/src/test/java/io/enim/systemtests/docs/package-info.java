@NullMarked
package io.enim.systemtests.docs;

import org.jspecify.annotations.NullMarked;
