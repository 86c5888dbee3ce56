// A session of calls by a client that is made from the two documents. It ends with a message and status 1 if an answer
// isn't what the types say. Arguments: the server's URL, an API key, an access token.
import createClient from "openapi-fetch";
import type { paths as Happo } from "./happo.js";
import type { paths as JobHax } from "./jobhax.js";

const [url = "", key = "", token = ""] = process.argv.slice(2);
const VERSION = "v20261201" as const;
const header = { "x-happo-api-version": VERSION };

function check(isTrue: boolean, what: string, found?: unknown): asserts isTrue {
  if (!isTrue) throw new Error(`${what}: ${JSON.stringify(found)}`);
}

async function recruit(): Promise<void> {
  const api = createClient<Happo>({ baseUrl: url, headers: { Authorization: `Bearer ${key}` } });
  const made = await api.POST("/v1/positions", {
    params: { header: { ...header, "Idempotency-Key": "typescript" } },
    body: { title: "Tester", noOfPositions: 2, status: "open" },
  });
  check(made.data !== undefined, "a position is created", made.error);
  const position: string = made.data.data.id;
  check(made.data.data.status === "open", "it has its status", made.data);
  check(Number(made.response.headers.get("RateLimit-Remaining")) > 0, "headers can be read");

  const refused = await api.POST("/v1/positions", { params: { header }, body: { title: "" } });
  check(refused.response.status === 400 && refused.error !== undefined, "an empty title is refused");
  check("errors" in refused.error, "the error has details", refused.error);
  const [problem] = refused.error.errors;
  check(problem?.field === "title" && problem.code === "blank", "it names the field", problem);

  const file = await api.POST("/v1/attachments", {
    params: { header },
    body: { attachment: "cv.pdf" },
    bodySerializer: ({ attachment }) => {
      const form = new FormData();
      form.append("attachment", new Blob(["%PDF-1.7"]), attachment);
      return form;
    },
  });
  check(file.data !== undefined, "a file is uploaded", file.error);
  const candidate = await api.POST("/v1/positions/{position_id}/candidates", {
    params: { header, path: { position_id: position } },
    body: { name: "Adam", attachmentIds: [file.data.data.id] },
  });
  check(candidate.data?.data.attachmentIds?.length === 1, "it is linked", candidate.error);

  const listed = await api.GET("/v1/positions", {
    params: { header, query: { limit: 1, status: "open" } },
  });
  check(listed.data?.data[0]?.id === position, "the position is listed", listed.error);
}

async function seekJobs(): Promise<void> {
  const api = createClient<JobHax>({ baseUrl: url, headers: { Authorization: `Bearer ${token}` } });
  const added = await api.POST("/api/jobapps/add_jobapp", {
    params: { header },
    body: { job_title: "Cook", company: "Acme", application_date: "2026-11-02", status_id: 1 },
  });
  check(added.data !== undefined, "an application is added", added.error);
  const moved = await api.POST("/api/jobapps/update_jobapp", {
    params: { header },
    body: { jobapp_id: added.data.data.id, company: "Globex" },
  });
  check(moved.data?.data === null, "it is changed", moved.error);
  const listed = await api.GET("/api/jobapps/get_jobapps", { params: { header, query: {} } });
  check(listed.data?.data[0]?.company === "Globex", "the list shows it", listed.error);
  const refused = await api.POST("/api/jobapps/update_jobapp", {
    params: { header },
    body: { jobapp_id: added.data.data.id },
  });
  check(refused.error?.error_code === 10, "an update without a change is refused", refused.data);
}

await recruit();
await seekJobs();
