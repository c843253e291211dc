/** The path of a file that a school's folder ships beside its code. */
export { assetPath as fixturePath } from '../../records/asset.js';
