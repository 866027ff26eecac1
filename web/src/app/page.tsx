import { Suspense } from "react";
import { Workspace } from "./workspace/Workspace";

export default function Page() {
  return (
    <Suspense>
      <Workspace />
    </Suspense>
  );
}
