import { parseSync } from "vite";
import { describe, expect, test } from "vitest";

/** A browser that translates a page wraps its text nodes in elements of its own. React may set the
 *  only text of an element anew, but where a text stands beside something that comes and goes, it
 *  looks for a neighbour that is no longer there, and the page goes white. So no text has
 *  neighbours: it has an element to itself. */
const sources = import.meta.glob<string>("./**/*.tsx", {
  eager: true,
  query: "?raw",
  import: "default",
});

/** Expressions by these names are elements, never texts. */
const ELEMENTS =
  /^(trigger|overlay|brand|actions?|facts|headerActions|navigation|home|stage|children)$/;

interface Node {
  type: string;
  start: number;
  [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}

function walk(node: unknown, visit: (node: Node) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, visit);
  else if (isNode(node)) {
    visit(node);
    for (const value of Object.values(node)) walk(value, visit);
  }
}

function mayBeText(node: Node): boolean {
  const at = (key: string) => mayBeText(node[key] as Node);
  switch (node.type) {
    case "JSXText":
      return String(node.value).trim() !== "";
    case "JSXExpressionContainer":
    case "ParenthesizedExpression":
      return at("expression");
    case "ConditionalExpression":
      return at("consequent") || at("alternate");
    case "LogicalExpression":
      return at("right");
    case "JSXElement":
    case "JSXFragment":
    case "JSXEmptyExpression":
      return false;
    case "Literal":
      return typeof node.value === "string" && node.value.trim() !== "";
    case "Identifier":
      return !ELEMENTS.test(String(node.name)) && node.name !== "undefined";
    case "MemberExpression":
      return at("property");
    case "CallExpression":
      return !/^(map|flatMap)$/.test(nameOf(node.callee as Node));
    default:
      return true;
  }
}

function nameOf(callee: Node): string {
  const named = callee.type === "MemberExpression" ? (callee.property as Node) : callee;
  return String(named.name);
}

/** What is drawn of an element's children: white space between lines is not. */
function drawn(element: Node): Node[] {
  return (element.children as Node[]).filter(
    (child) =>
      !(child.type === "JSXText" && /^\s*$/.test(String(child.value))) &&
      (child.expression as Node | undefined)?.type !== "JSXEmptyExpression",
  );
}

function textsWithNeighbours(path: string, source: string): string[] {
  const found: string[] = [];
  walk(parseSync(path, source).program, (node) => {
    if (node.type !== "JSXElement" && node.type !== "JSXFragment") return;
    const children = drawn(node);
    if (children.length < 2 && node.type === "JSXElement") return;
    for (const child of children.filter(mayBeText)) {
      const line = source.slice(0, child.start).split("\n").length;
      found.push(`${path}:${line}`);
    }
  });
  return found;
}

describe("a page that the browser translates", () => {
  test.each([
    ["<p>{a && <b />}{text}</p>", 1],
    ["<p>{a && <b />} text</p>", 1],
    ["<>{t('a')}</>", 1],
    ["<p>{a ? <i /> : t('b')}<b /></p>", 1],
    ["<p>{t('a')}</p>", 0],
    ["<p>{a && <b />}<span>{t('b')}</span></p>", 0],
    ["<ul>{all.map((each) => <li />)}<li /></ul>", 0],
  ])("%s has %i texts with neighbours", (jsx, count) => {
    expect(textsWithNeighbours("a.tsx", `const x = ${jsx};`)).toHaveLength(count);
  });

  test("no text of any page has neighbours", () => {
    expect(
      Object.entries(sources).flatMap(([path, source]) => textsWithNeighbours(path, source)),
    ).toEqual([]);
  });
});
