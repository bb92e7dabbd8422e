// htmx ships types for its main entry only; this is the part that app.ts uses of the module build.
declare module "htmx.org/dist/htmx.esm.js" {
  const htmx: {
    config: {
      includeIndicatorStyles: boolean;
      allowEval: boolean;
      allowScriptTags: boolean;
      selfRequestsOnly: boolean;
      scrollIntoViewOnBoost: boolean;
      responseHandling: { code: string; swap: boolean; error?: boolean }[];
    };
    trigger(element: Element, event: string): void;
  };
  export default htmx;
}
