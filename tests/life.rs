//! The life of a repository of texts, from its first commit on: what each check of it says, and how it ends.
#![cfg(feature = "cli")]

use serde_json::Value;

use crate::common::Folder;

const ARTICLE: &str = "The minister left for the the airport.\n\nIt rained in the harbour all morning, and nobody minded.\n";
const CLEAN: &str = "The pilot slept until noon, and the boat lay at the pier.\n";
const NEWS: &str = "{\"id\":\"n1\",\"text\":\"She met them on on the pier.\"}\n{\"id\":\"n2\",\"text\":\"All was quiet in the town.\"}\n{\"id\":\"n3\",\"text\":\"He heard of of the boat.\"}\n";
const TABLE: &str = "id,text\nt1,\"They sat in in the boat, and slept.\"\nt2,\"Nobody came.\"\n";
const RULE: &str = "summary = \"Words of the house\"\nwhy = \"The house says so.\"\n[[rule]]\nname = \"boat\"\nkind = \"phrase\"\nmatch = \"boat\"\nfix = \"vessel\"\nconfidence = 0.9\nbad = [[\"The boat came.\", \"The vessel came.\"]]\nok = [\"The boot came.\"]\n";

/// A repository at some point of its life.
struct Texts(Folder);

impl Texts {
    fn git(&self, args: &[&str]) {
        let identity = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
        self.0.tool(&[identity.as_slice(), args].concat(), b"").exits(0);
    }

    fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Expects exactly these findings, `file:line or id: text`, those that are only information in brackets, and an exit code.
    #[track_caller]
    fn finds(&self, args: &str, code: i32, expect: &[&str]) {
        let args: Vec<&str> = ["check", "--format", "jsonl"].into_iter().chain(args.split_whitespace()).collect();
        let run = self.0.unspin(&args).exits(code);
        let told = |line: &str| {
            let it: Value = serde_json::from_str(line).expect("it is JSON");
            let text = |it: &Value| it.as_str().expect("it is text").trim().to_owned();
            let place = if it["record"].is_null() { it["line"].to_string() } else { text(&it["record"]["id"]) };
            let told = format!("{}:{place}: {}", text(&it["file"]), text(&it["text"]));
            if it["severity"] == "info" { format!("({told})") } else { told }
        };
        let found: Vec<String> = run.out().lines().map(told).collect();
        assert_eq!(found, expect, "{}", run.err);
    }
}

#[test]
fn each_check_of_a_repository_says_what_is_new_and_nothing_else() {
    let it = Texts(Folder::new());
    it.git(&["init", "--quiet", "--initial-branch=main"]);
    let files = [("articles/minister.txt", ARTICLE), ("articles/pilot.txt", CLEAN), ("data/news.jsonl", NEWS), ("data/table.csv", TABLE)];
    for (name, text) in files {
        it.0.write(name, text);
    }
    it.commit("All that there was");

    // At first all is found.
    let old = ["articles/minister.txt:1: the", "data/news.jsonl:n1: on", "data/news.jsonl:n3: of", "data/table.csv:t1: in"];
    it.finds(".", 1, &old);
    it.0.unspin(&["check", ".", "--baseline", "known", "--update-baseline"]).exits(0);
    it.commit("A baseline");
    it.finds(". --baseline known", 0, &[]);

    // New artifacts, of kinds that were there before too.
    it.git(&["switch", "--quiet", "--create", "work"]);
    it.0.write("articles/pilot.txt", format!("{CLEAN}He rowed to to the shore.\n"));
    it.0.write("articles/new.txt", ARTICLE);
    it.0.write("data/news.jsonl", format!("{NEWS}{{\"id\":\"n4\",\"text\":\"She met them on on the pier.\"}}\n"));
    it.0.write("data/table.csv", format!("{TABLE}t3,\"They left by by boat.\"\n"));
    let new = ["articles/new.txt:1: the", "articles/pilot.txt:2: to", "data/news.jsonl:n4: on", "data/table.csv:t3: by"];
    it.finds(". --baseline known", 1, &new);
    it.finds(". --since main", 1, &new);
    it.finds(". --baseline known --since main", 1, &new);
    it.finds(". --staged", 0, &[]);
    it.git(&["add", "--all"]);
    it.finds(". --staged", 1, &new);
    it.git(&["reset", "--quiet", "--hard"]);
    it.finds(". --baseline known", 0, &[]);

    // Lines move, an article is renamed.
    it.0.write("articles/minister.txt", format!("{CLEAN}\n{CLEAN}\n{ARTICLE}"));
    it.finds(". --baseline known", 0, &[]);
    it.finds(". --since main", 0, &[]);
    it.commit("Lines moved");

    // Records are put in another order, and into other files.
    let lines: Vec<&str> = NEWS.lines().collect();
    it.0.write("data/news.jsonl", format!("{}\n{}\n", lines[2], lines[1]));
    it.0.write("data/more.jsonl", format!("{}\n", lines[0]));
    it.0.write("data/table.csv", "text,id\n\"Nobody came.\",t2\n\"They sat in in the boat, and slept.\",t1\n");
    it.finds(". --baseline known", 0, &[]);
    it.commit("Records reordered and repartitioned");
    it.finds(". --since main", 0, &[]);
    it.finds(". --since HEAD~1", 0, &[]);
    it.finds(". --since HEAD", 0, &[]);

    // An old artifact is mended: it is forgotten, and new when it comes back.
    it.0.unspin(&["fix", "data/news.jsonl", "--in-place"]).exits(0);
    it.finds(". --baseline known", 0, &[]);
    let update = it.0.unspin(&["check", ".", "--baseline", "known", "--update-baseline"]).exits(0);
    update.says("3 findings in 3 documents; 0 more and 1 fewer than before");
    it.commit("An old artifact mended");
    it.0.write("data/news.jsonl", format!("{}\n", lines[2]));
    it.finds(". --baseline known", 1, &["data/news.jsonl:n3: of"]);
    it.git(&["checkout", "--quiet", "--", "data/news.jsonl"]);

    // What only a new rule finds in what is old does not fail; in what is new it does.
    it.0.write("rules/house/words.toml", RULE);
    let old = ["(articles/minister.txt:1: boat)", "(articles/minister.txt:3: boat)", "(articles/pilot.txt:1: boat)"];
    let sets = ["(data/news.jsonl:n3: boat)", "(data/table.csv:t1: boat)"];
    it.finds(". --baseline known --rules rules", 0, &[old.as_slice(), &sets].concat());
    it.0.write("articles/new.txt", "A boat came in.\n");
    let all = [old[0], old[1], "articles/new.txt:1: boat", old[2], sets[0], sets[1]];
    it.finds(". --baseline known --rules rules", 1, &all);
    it.0.unspin(&["check", ".", "--baseline", "known", "--rules", "rules", "--update-baseline"]).exits(0);
    it.finds(". --baseline known --rules rules", 0, &[]);
}
