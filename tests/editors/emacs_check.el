;;; emacs_check.el --- run by test_emacs.py: prints a line for each thing that was seen  -*- lexical-binding: t -*-
;;; Code:
(package-initialize)
(require 'eglot)
(require 'tos-mode)
(setq tos-command (list (getenv "TOSDSL_PYTHON") "-m" "tosdsl" "lsp")
      eglot-sync-connect 30
      eglot-confirm-server-initiated-edits nil
      make-backup-files nil)

(advice-add 'y-or-n-p :override #'always)

(defun say (what found) (message "%s: %s" what found))

(defun codes ()
  "The codes of what flymake shows."
  (sort (mapcar (lambda (d) (let ((text (flymake-diagnostic-text d)))
                              (if (string-match "TOS[0-9]+" text) (match-string 0 text) text)))
                (flymake-diagnostics))
        #'string<))

(defun wait (what f)
  "Wait until F is true."
  (let ((left 1000))
    (while (and (> left 0) (not (funcall f)))
      (accept-process-output nil 0.02)
      (flymake-start)
      (setq left (1- left)))
    (unless (funcall f)
      (say "waited in vain" what)
      (kill-emacs 1))))

(defun open (file)
  "Open FILE with the server."
  (find-file file)
  (apply #'eglot (eglot--guess-contact)))

(defun ask (method &rest more)
  "What the server answers to METHOD at point."
  (jsonrpc-request (eglot-current-server) method
                   (append (eglot--TextDocumentPositionParams) more)))

(open (getenv "TOSDSL_TEXT"))
(say "mode" major-mode)
(wait "diagnostics" #'codes)
(say "diagnostic" (car (codes)))
(goto-char (point-min))
(search-forward "lagre")
(replace-match "large")
(eglot--signal-textDocument/didChange)
(wait "mended" (lambda () (null (codes))))
(goto-char (point-min))
(search-forward "forbid car")
(say "hover" (car (split-string (plist-get (plist-get (ask :textDocument/hover) :contents) :value) "\n")))
(search-forward "when si")
(let ((found (ask :textDocument/definition)))
  (say "definition" (file-name-nondirectory (eglot--uri-to-path (plist-get (aref found 0) :uri)))))
(eglot-rename "bulk")
(say "renamed" (string-trim (thing-at-point 'line)))
(save-some-buffers t)
(wait "still right" (lambda () (null (codes))))
(goto-char (point-min))
(search-forward "when bulk")
(replace-match "when    bulk")
(eglot-format-buffer)
(goto-char (point-min))
(search-forward "bulk")
(say "formatted" (string-trim (thing-at-point 'line)))
(tos-run)
(with-current-buffer "*tosdsl*"
  (goto-char (point-max))
  (forward-line -1)
  (say "run" (string-trim (thing-at-point 'line))))
(goto-char (point-min))
(search-forward "scenario")
(tos-why)
(with-current-buffer "*tosdsl*"
  (say "why" (buffer-substring (point-min) (line-end-position))))
(let ((faces (progn (font-lock-ensure) (goto-char (point-min)) (search-forward "forbid")
                    (get-text-property (match-beginning 0) 'face))))
  (say "face" faces))
(open (getenv "TOSDSL_LITERATE"))
(say "mode" major-mode)
(wait "diagnostics" #'codes)
(say "diagnostic" (car (codes)))
(kill-emacs 0)
;;; emacs_check.el ends here
