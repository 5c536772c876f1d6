import { addresses, type FileAnswer, type WorkspaceAnswer } from "../api.ts";
import { useWords } from "../app-state.ts";
import { Badge } from "./badge.tsx";
import { sizeText } from "./figures.tsx";
import { Scroll } from "./scroll.tsx";
import { text } from "./text.ts";

/** The workspaces of a loop, each with its artifacts and their files. */
export function Workspaces({ of }: { of: readonly WorkspaceAnswer[] }) {
  const word = useWords();
  if (of.length === 0) return null;
  return (
    <>
      <h2>{word("workspaces")}</h2>
      {of.map((workspace) => (
        <details key={workspace.workspace_id} open={workspace.isBest}>
          <summary>
            <code>{workspace.workspace_id || "—"}</code> {workspace.isBest && `★ ${word("standsForLoop")}`}{" "}
            <span class="muted">{workspace.role}</span> <Badge state={workspace.status} />
          </summary>
          {workspace.path && <p class="muted path">{workspace.path}</p>}
          {workspace.artifacts.length === 0 ? (
            <p class="muted">{word("noArtifacts")}</p>
          ) : (
            <Artifacts of={workspace} />
          )}
        </details>
      ))}
    </>
  );
}

function Artifacts({ of }: { of: WorkspaceAnswer }) {
  const word = useWords();
  return (
    <Scroll label={word("artifacts")}>
      <table>
        <thead>
          <tr>
            <th scope="col">{word("artifact")}</th>
            <th scope="col">{word("status")}</th>
            <th scope="col">{word("file")}</th>
            <th scope="col" class="number">
              {word("size")}
            </th>
            <th scope="col">SHA-256</th>
          </tr>
        </thead>
        <tbody>
          {of.artifacts.map((artifact) => {
            const files = artifact.files.length === 0 ? [undefined] : artifact.files;
            return files.map((file, i) => (
              <tr key={`${artifact.id} ${file?.id}`}>
                {i === 0 && (
                  <>
                    <td rowSpan={files.length}>
                      {text(artifact.type)} <span class="muted">{artifact.name}</span>
                    </td>
                    <td rowSpan={files.length}>
                      <Badge state={artifact.status} />
                    </td>
                  </>
                )}
                {file === undefined ? <td colSpan={3}>–</td> : <FileCells of={file} />}
              </tr>
            ));
          })}
        </tbody>
      </table>
    </Scroll>
  );
}

function FileCells({ of: { id, name, size, sha256, available } }: { of: FileAnswer }) {
  const word = useWords();
  return (
    <>
      <td>
        {available ? (
          <a href={addresses.file(id)} target="_blank" rel="noreferrer">
            {name}
          </a>
        ) : (
          <>
            {name} <span class="muted">({word("unavailable")})</span>
          </>
        )}
      </td>
      <td class="number">{sizeText(size)}</td>
      <td>
        <code title={sha256 ?? ""}>{sha256?.slice(0, 16) ?? "–"}</code>
      </td>
    </>
  );
}
