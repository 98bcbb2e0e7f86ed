// main.mjs NAME: the driver of the peer in ../NAME.
import { serve } from './driver.mjs';

await serve(new URL(`../${process.argv[2]}/driver.mjs`, import.meta.url).href);
