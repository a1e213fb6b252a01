/**
 * What the server sends. See `hayal_web.wire`.
 *
 * @typedef {{label: string, tap: string}} Button
 * @typedef {{kind: "image" | "video", key: string, mime: string, width: number, height: number, bytes: number,
 *   seconds?: number, poster?: string}} Attachment
 * @typedef {{title: string, text?: string, picture?: Attachment, buttons?: Button[]}} Card
 * @typedef {{seq: number, rev: number, at: string, text?: string, by?: "persona" | "engine" | "person",
 *   name?: string, attachment?: Attachment, cards?: Card[], buttons?: Button[][], menu?: string[][],
 *   progress?: number, language?: string}} Post
 *
 * What a person did and the server has not confirmed yet.
 * @typedef {{id: string, text?: string, tap?: string, tries: number, failed?: boolean}} Deed
 */
export {};
