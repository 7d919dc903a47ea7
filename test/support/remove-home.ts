/** Run for each test file, though files share what their process has loaded: the home of its programs is gone at its end. */
import { afterAll } from 'vitest';
import { removeHome } from './home.js';

afterAll(removeHome);
