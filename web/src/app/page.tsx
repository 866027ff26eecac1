export default function Page() {
  return <main>Parley</main>;
}
